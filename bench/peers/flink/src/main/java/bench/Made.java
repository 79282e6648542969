package bench;

/** A change: a customer gets or loses the tag at an instant, milliseconds since the epoch. */
public final class Made {
    public String customer;
    public String op;
    public long at;

    public Made() {
    }

    Made(String customer, String op, long at) {
        this.customer = customer;
        this.op = op;
        this.at = at;
    }
}
