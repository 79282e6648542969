package bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.avro.Schema;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.specific.SpecificData;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import tagger.v1.Purchase;

/** Avro in single-object encoding; only the time is kept, and the record's key. */
final class PurchaseReader implements KafkaRecordDeserializationSchema<Bought> {
    private static final long serialVersionUID = 1L;
    private transient BinaryMessageDecoder<Purchase> decoder;

    @Override
    public void open(DeserializationSchema.InitializationContext context) throws IOException {
        decoder = new BinaryMessageDecoder<>(new SpecificData(), Purchase.getClassSchema());
        try (InputStream file = getClass().getResourceAsStream("/writer/Purchase.avsc")) {
            decoder.addSchema(new Schema.Parser().parse(file));
        }
    }

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<Bought> purchases)
            throws IOException {
        String customer = new String(record.key(), StandardCharsets.UTF_8);
        purchases.collect(new Bought(customer, decoder.decode(record.value()).getOccurredAt()));
    }

    @Override
    public TypeInformation<Bought> getProducedType() {
        return TypeInformation.of(Bought.class);
    }
}
