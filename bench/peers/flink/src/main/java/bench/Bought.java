package bench;

/** All that the rule needs of a purchase. Public fields, so that Flink writes them as they are. */
public final class Bought {
    public String customer;
    /** Milliseconds since the epoch. */
    public long at;

    public Bought() {
    }

    Bought(String customer, long at) {
        this.customer = customer;
        this.at = at;
    }
}
