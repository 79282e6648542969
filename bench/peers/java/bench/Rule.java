package bench;

/** At least three purchases within 30 days make a customer active. */
final class Rule {
    static final String TAG = "active";
    static final int LEAST = 3;
    static final long WITHIN_MS = 30L * 86_400_000L;

    private Rule() {
    }
}
