package bench;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A cluster within this process. Arguments: the brokers, the group, the input topic, the output
 * topic, and a file with settings: those of Flink as they are, those of Kafka's clients with
 * {@code consumer.} or {@code producer.} in front.
 */
public final class Main {
    private Main() {
    }

    public static void main(String[] arguments) throws Exception {
        Properties settings = new Properties();
        try (InputStream file = Files.newInputStream(Path.of(arguments[4]))) {
            settings.load(file);
        }
        Properties consumer = taken(settings, "consumer.");
        Properties producer = taken(settings, "producer.");
        Map<String, String> rest = new HashMap<>();
        settings.stringPropertyNames().forEach(name -> rest.put(name, settings.getProperty(name)));
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.createLocalEnvironment(
                1, Configuration.fromMap(rest));
        KafkaSource<Bought> purchases = KafkaSource.<Bought>builder()
                .setBootstrapServers(arguments[0])
                .setGroupId(arguments[1])
                .setTopics(arguments[2])
                .setStartingOffsets(OffsetsInitializer.earliest())
                .setProperties(consumer)
                .setDeserializer(new PurchaseReader())
                .build();
        KafkaSink<Made> changes = KafkaSink.<Made>builder()
                .setBootstrapServers(arguments[0])
                .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                .setTransactionalIdPrefix(arguments[1])
                .setKafkaProducerConfig(producer)
                .setRecordSerializer(new ChangeWriter(arguments[3]))
                .build();
        environment
                .fromSource(
                        purchases,
                        WatermarkStrategy.<Bought>forGenerator(context -> new InOrder())
                                .withTimestampAssigner((bought, ignored) -> bought.at),
                        "purchases")
                .keyBy(bought -> bought.customer)
                .process(new ActiveCustomers())
                .sinkTo(changes);
        environment.execute("active");
    }

    private static Properties taken(Properties settings, String prefix) {
        Properties found = new Properties();
        for (String name : settings.stringPropertyNames()) {
            if (name.startsWith(prefix)) {
                found.setProperty(name.substring(prefix.length()), settings.getProperty(name));
                settings.remove(name);
            }
        }
        return found;
    }
}
