package dev.rialto.kubernetes;

import dev.rialto.kernel.Settings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Settings of isolated micro apps that run on Kubernetes.
///
/// @param on where isolated micro apps run
/// @param namespace of all that is made for them
/// @param image of Rialto, which has the worker
/// @param platform where the server's own pods are
/// @param runtimeClass of the pods, such as one of gVisor or Kata Containers
public record KubernetesSettings(
        Where on,
        String namespace,
        String image,
        Platform platform,
        Optional<String> runtimeClass) {
    private static final String PREFIX = "functions.isolated.kubernetes.";

    /// Where isolated micro apps run.
    public enum Where {
        /// As processes beside the server.
        MACHINE,
        /// As pods.
        KUBERNETES
    }

    /// The pods that may connect to those of micro apps: the server's.
    ///
    /// @param labels that they have
    public record Platform(String namespace, Map<String, String> labels) {
        public Platform {
            labels = Map.copyOf(labels);
            if (labels.isEmpty()) {
                throw new IllegalArgumentException(
                        PREFIX + "platform-labels must name at least one label");
            }
        }
    }

    public KubernetesSettings {
        if (on == Where.KUBERNETES && image.isEmpty()) {
            throw new IllegalArgumentException(
                    PREFIX + "image must be set where functions.isolated.on is kubernetes");
        }
        requireName("namespace", namespace);
        requireName("platform-namespace", platform.namespace());
    }

    private static void requireName(String key, String value) {
        if (!value.matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")) {
            throw new IllegalArgumentException(
                    PREFIX + key + ": \"" + value + "\" is not a valid name of a namespace");
        }
    }

    public static KubernetesSettings defaults() {
        return new KubernetesSettings(
                Where.MACHINE,
                "rialto-functions",
                "",
                new Platform("rialto", Map.of("app.kubernetes.io/name", "rialto")),
                Optional.empty());
    }

    /// Reads the operator's settings.
    public static KubernetesSettings read(Settings in) {
        KubernetesSettings standard = defaults();
        var on = in.choice("functions.isolated.on", Where.class, standard.on());
        String namespace = in.text(PREFIX + "namespace", standard.namespace());
        String image = in.text(PREFIX + "image", standard.image());
        String platform = in.text(PREFIX + "platform-namespace", standard.platform().namespace());
        List<String> labels =
                in.list(PREFIX + "platform-labels", List.of("app.kubernetes.io/name=rialto"));
        Optional<String> runtimeClass = in.text(PREFIX + "runtime-class");
        return in.build(
                standard,
                () ->
                        new KubernetesSettings(
                                on,
                                namespace,
                                image,
                                new Platform(platform, pairs(labels)),
                                runtimeClass));
    }

    private static Map<String, String> pairs(List<String> labels) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String each : labels) {
            int equals = each.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException(
                        PREFIX + "platform-labels: \"" + each + "\" is not of the form name=value");
            }
            pairs.put(each.substring(0, equals).strip(), each.substring(equals + 1).strip());
        }
        return pairs;
    }
}
