package bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;

/** Arguments: the input topic, the output topic, a file with the settings of Kafka Streams. */
public final class Main {
    private Main() {
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Properties settings = new Properties();
        try (InputStream file = Files.newInputStream(Path.of(arguments[2]))) {
            settings.load(file);
        }
        KafkaStreams streams = new KafkaStreams(topology(arguments[0], arguments[1]), settings);
        CountDownLatch failed = new CountDownLatch(1);
        streams.setUncaughtExceptionHandler(error -> {
            error.printStackTrace();
            failed.countDown();
            return org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler
                    .StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
        Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
        streams.start();
        failed.await();
        System.exit(1);
    }

    private static Topology topology(String input, String output) {
        var recent = Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(ActiveCustomers.STORE),
                Serdes.String(),
                Serdes.ByteArray());
        return new Topology()
                .addSource(
                        "purchases", Serdes.String().deserializer(), Formats.purchases(), input)
                .addProcessor("active", ActiveCustomers::new, "purchases")
                .addStateStore(recent.withCachingEnabled(), "active")
                .addSink(
                        "changes",
                        output,
                        Serdes.String().serializer(),
                        Formats.changes(),
                        "active");
    }
}
