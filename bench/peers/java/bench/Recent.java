package bench;

import java.nio.ByteBuffer;

/**
 * All that is kept of a customer: the newest times, as many as the rule needs, and whether the tag
 * is held. Stored as one byte and eight bytes for each time, in ascending order.
 */
final class Recent {
    boolean active;
    private final long[] times = new long[Rule.LEAST];
    private int count;

    /** Null stands for a customer who was never heard of. */
    Recent(byte[] stored) {
        if (stored != null) {
            ByteBuffer buffer = ByteBuffer.wrap(stored);
            active = buffer.get() != 0;
            while (buffer.hasRemaining()) {
                times[count++] = buffer.getLong();
            }
        }
    }

    byte[] stored() {
        ByteBuffer buffer = ByteBuffer.allocate(1 + count * Long.BYTES);
        buffer.put((byte) (active ? 1 : 0));
        for (int place = 0; place < count; place++) {
            buffer.putLong(times[place]);
        }
        return buffer.array();
    }

    void add(long at) {
        if (count == times.length) {
            System.arraycopy(times, 1, times, 0, --count);
        }
        times[count++] = at;
    }

    boolean isEnoughAt(long now) {
        return count == times.length && times[0] > now - Rule.WITHIN_MS;
    }

    /** When the rule stops holding without another purchase; only while it holds. */
    long leavesAt() {
        return times[0] + Rule.WITHIN_MS;
    }
}
