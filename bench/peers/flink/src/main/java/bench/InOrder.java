package bench;

import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;

/**
 * Purchases of a partition are in order, so all that is due at the newest one's time may happen.
 * Flink's own generator stays a millisecond behind, and would hold back the last instant.
 */
final class InOrder implements WatermarkGenerator<Bought> {
    private long newest = Long.MIN_VALUE;

    @Override
    public void onEvent(Bought bought, long timestamp, WatermarkOutput output) {
        newest = Math.max(newest, bought.at);
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
        output.emitWatermark(new Watermark(newest));
    }
}
