package bench;

import bench.v1.Change;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.apache.avro.Schema;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import tagger.v1.Purchase;

/** Avro in single-object encoding: purchases in, changes out. */
final class Formats {
    private Formats() {
    }

    /** Reads purchases of the writer's schema; only the fields of the reader's are kept. */
    static Deserializer<Purchase> purchases() {
        BinaryMessageDecoder<Purchase> decoder =
                new BinaryMessageDecoder<>(new SpecificData(), Purchase.getClassSchema());
        try (InputStream file = Formats.class.getResourceAsStream("/writer/Purchase.avsc")) {
            decoder.addSchema(new Schema.Parser().parse(file));
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
        return (topic, bytes) -> {
            try {
                return decoder.decode(bytes);
            } catch (IOException error) {
                throw new SerializationException(error);
            }
        };
    }

    static Serializer<Change> changes() {
        BinaryMessageEncoder<Change> encoder =
                new BinaryMessageEncoder<>(new SpecificData(), Change.getClassSchema());
        return (topic, change) -> {
            try {
                return encoder.encode(change).array();
            } catch (IOException error) {
                throw new SerializationException(error);
            }
        };
    }
}
