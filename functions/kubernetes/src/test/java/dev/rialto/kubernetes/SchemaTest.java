package dev.rialto.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.rialto.functions.spi.Release;
import dev.rialto.jvmworker.JvmImage;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Timing;
import dev.rialto.workers.IsolationLimits;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.kubernetes.client.openapi.JSON;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// What is sent to Kubernetes, and what operators apply, is as its OpenAPI document says: the
/// classes of Kubernetes' own client are generated from that, and know every field, which are
/// required, and of which type they are.
class SchemaTest {
    private static final Path MANIFESTS = Path.of("..", "..", "deploy", "kubernetes");

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final KubernetesSerialization KUBERNETES = new KubernetesSerialization();

    private static final IsolationLimits LIMITS = new IsolationLimits(128L << 20, 64, 1L << 20, 50);

    static RevisionObjects objects() {
        KubernetesSettings usual = KubernetesSettings.defaults();
        return new RevisionObjects(
                new KubernetesSettings(
                        KubernetesSettings.Where.KUBERNETES,
                        usual.namespace(),
                        "registry.example.com/rialto:1",
                        usual.platform(),
                        Optional.of("gvisor")),
                new PodProgram(List.of("worker"), _ -> Map.of("A", "b"), new JvmImage()),
                "0a1b2c3d",
                "rialto-orders-7-4e5f6a7b",
                new Release(new App("shop", "app_shop"), "orders", 7, Map.of()),
                LIMITS);
    }

    /// By what they are called in failures.
    static Stream<Document> documents() throws IOException {
        List<Document> all = new ArrayList<>();
        RevisionObjects made = objects();
        for (HasMetadata each :
                List.of(
                        made.deployment(),
                        made.service(),
                        made.secret(RevisionKey.create()),
                        made.networkPolicy(),
                        lease())) {
            all.add(new Document("made: " + each.getKind(), KUBERNETES.asJson(each)));
        }
        try (Stream<Path> files = Files.list(MANIFESTS)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".yaml")).toList()) {
                for (String each : Files.readString(file).split("(?m)^---$", -1)) {
                    String json = YAML.readTree(each).toString();
                    all.add(new Document(file.getFileName() + ": " + kind(json), json));
                }
            }
        }
        return all.stream();
    }

    private static Lease lease() {
        try (var cluster = new Cluster(new KubernetesClientBuilder().build(), "nowhere")) {
            var holds = Duration.ofSeconds(60);
            return new ServerLease(cluster, "0a1b2c3d", holds, Timing.SYSTEM).lease();
        }
    }

    record Document(String name, String json) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static String kind(String json) {
        return JsonParser.parseString(json).getAsJsonObject().get("kind").getAsString();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void isAsTheOpenApiDocumentSays(Document document) throws Exception {
        check(document.json());
    }

    @Test
    void findsMistakes() {
        String right = KUBERNETES.asJson(objects().deployment());
        check(right);
        for (String wrong :
                List.of(
                        right.replace("\"replicas\"", "\"replicsa\""),
                        right.replace("\"replicas\":0", "\"replicas\":\"none\""),
                        right.replace("\"selector\"", "\"selected\""),
                        right.replace("apps/v1", "apps/v2"),
                        right.replace("\"drop\":[\"ALL\"]", "\"drop\":\"ALL\""))) {
            assertThat(wrong).isNotEqualTo(right);
            assertThatThrownBy(() -> check(wrong)).as(wrong).isInstanceOf(RuntimeException.class);
        }
    }

    private static void check(String json) {
        JsonObject document = JsonParser.parseString(json).getAsJsonObject();
        try {
            Class<?> model =
                    Class.forName(
                            "io.kubernetes.client.openapi.models.V1"
                                    + document.get("kind").getAsString());
            model.getMethod("validateJsonElement", JsonElement.class).invoke(null, document);
            Object read = JSON.deserialize(json, model);
            assertThat(read).isNotNull();
            // Those classes take any version.
            if (KUBERNETES.unmarshal(json) instanceof GenericKubernetesResource) {
                throw new IllegalArgumentException("there is no such version");
            }
        } catch (InvocationTargetException invalid) {
            throw new IllegalArgumentException(invalid.getCause());
        } catch (ReflectiveOperationException unknown) {
            throw new IllegalArgumentException("there is no such kind", unknown);
        }
    }
}
