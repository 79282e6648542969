package bench;

import bench.v1.Change;
import java.util.PriorityQueue;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import tagger.v1.Purchase;

/**
 * Keeps the tag of each customer true, by the time of the stream: a purchase lets everything happen
 * first that is due by then, for all customers of the task.
 *
 * <p>Every active customer has one alarm in memory. An alarm that rings too early is put off, so a
 * purchase costs none; a task that is opened makes them anew from the store.
 */
final class ActiveCustomers implements Processor<String, Purchase, String, Change> {
    static final String STORE = "recent";

    private record Alarm(long at, String customer) implements Comparable<Alarm> {
        @Override
        public int compareTo(Alarm other) {
            return Long.compare(at, other.at);
        }
    }

    private final PriorityQueue<Alarm> alarms = new PriorityQueue<>();
    private ProcessorContext<String, Change> context;
    private KeyValueStore<String, byte[]> store;

    @Override
    public void init(ProcessorContext<String, Change> context) {
        this.context = context;
        store = context.getStateStore(STORE);
        try (KeyValueIterator<String, byte[]> all = store.all()) {
            while (all.hasNext()) {
                KeyValue<String, byte[]> each = all.next();
                Recent recent = new Recent(each.value);
                if (recent.active) {
                    alarms.add(new Alarm(recent.leavesAt(), each.key));
                }
            }
        }
    }

    @Override
    public void process(Record<String, Purchase> record) {
        String customer = record.key();
        long at = record.value().getOccurredAt();
        ring(at);
        Recent recent = new Recent(store.get(customer));
        recent.add(at);
        if (!recent.active && recent.isEnoughAt(at)) {
            recent.active = true;
            alarms.add(new Alarm(recent.leavesAt(), customer));
            publish(customer, "added", at);
        }
        store.put(customer, recent.stored());
    }

    private void ring(long now) {
        while (!alarms.isEmpty() && alarms.peek().at <= now) {
            String customer = alarms.poll().customer;
            Recent recent = new Recent(store.get(customer));
            long leavesAt = recent.leavesAt();
            if (leavesAt <= now) {
                recent.active = false;
                store.put(customer, recent.stored());
                publish(customer, "removed", leavesAt);
            } else {
                alarms.add(new Alarm(leavesAt, customer));
            }
        }
    }

    private void publish(String customer, String op, long effectiveAt) {
        context.forward(new Record<>(customer, new Change(Rule.TAG, op, effectiveAt), effectiveAt));
    }
}
