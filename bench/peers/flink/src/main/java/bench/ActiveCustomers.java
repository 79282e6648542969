package bench;

import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Keeps the tag of each customer true, by the time of the stream: a purchase first lets happen what
 * is due by then for its customer; for customers who stay away the watermark rings a timer.
 *
 * <p>An active customer has one timer. One that rings too early is put off, so a purchase costs
 * none.
 */
final class ActiveCustomers extends KeyedProcessFunction<String, Bought, Made> {
    private static final long serialVersionUID = 1L;
    private transient ValueState<byte[]> stored;

    @Override
    public void open(OpenContext context) {
        stored = getRuntimeContext().getState(new ValueStateDescriptor<>(
                "recent", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
    }

    @Override
    public void processElement(Bought bought, Context context, Collector<Made> changes)
            throws Exception {
        Recent recent = new Recent(stored.value());
        if (recent.active && recent.leavesAt() <= bought.at) {
            recent.active = false;
            changes.collect(new Made(bought.customer, "removed", recent.leavesAt()));
        }
        recent.add(bought.at);
        if (!recent.active && recent.isEnoughAt(bought.at)) {
            recent.active = true;
            context.timerService().registerEventTimeTimer(recent.leavesAt());
            changes.collect(new Made(bought.customer, "added", bought.at));
        }
        stored.update(recent.stored());
    }

    @Override
    public void onTimer(long now, OnTimerContext context, Collector<Made> changes)
            throws Exception {
        Recent recent = new Recent(stored.value());
        if (!recent.active) {
            return;
        }
        if (recent.leavesAt() <= now) {
            recent.active = false;
            stored.update(recent.stored());
            changes.collect(new Made(context.getCurrentKey(), "removed", recent.leavesAt()));
        } else {
            context.timerService().registerEventTimeTimer(recent.leavesAt());
        }
    }
}
