package bench;

import bench.v1.Change;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Avro in single-object encoding; Kafka's own partitioner chooses by the key. */
final class ChangeWriter implements KafkaRecordSerializationSchema<Made> {
    private static final long serialVersionUID = 1L;
    private final String topic;
    private transient BinaryMessageEncoder<Change> encoder;

    ChangeWriter(String topic) {
        this.topic = topic;
    }

    @Override
    public void open(SerializationSchema.InitializationContext context, KafkaSinkContext sink) {
        encoder = new BinaryMessageEncoder<>(new SpecificData(), Change.getClassSchema());
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
            Made made, KafkaSinkContext context, Long timestamp) {
        byte[] key = made.customer.getBytes(StandardCharsets.UTF_8);
        try {
            byte[] value = encoder.encode(new Change(Rule.TAG, made.op, made.at)).array();
            return new ProducerRecord<>(topic, null, made.at, key, value);
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }
}
