package dev.rialto.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.Settings;
import dev.rialto.kernel.SetupException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KubernetesSettingsTest {
    private static final String PREFIX = "functions.isolated.kubernetes.";

    private static KubernetesSettings read(Map<String, String> file) {
        var in = new Settings(file, Map.of(), Map.of());
        KubernetesSettings settings = KubernetesSettings.read(in);
        in.finish();
        return settings;
    }

    @Test
    void runsMicroAppsOnTheMachineUnlessToldOtherwise() {
        assertThat(read(Map.of())).isEqualTo(KubernetesSettings.defaults());
    }

    @Test
    void readsEachSetting() {
        assertThat(
                        read(
                                Map.of(
                                        "functions.isolated.on",
                                        "kubernetes",
                                        PREFIX + "namespace",
                                        "apps",
                                        PREFIX + "image",
                                        "example.com/rialto:1",
                                        PREFIX + "platform-namespace",
                                        "platform",
                                        PREFIX + "platform-labels",
                                        "app=rialto, tier = back",
                                        PREFIX + "runtime-class",
                                        "gvisor")))
                .isEqualTo(
                        new KubernetesSettings(
                                KubernetesSettings.Where.KUBERNETES,
                                "apps",
                                "example.com/rialto:1",
                                new KubernetesSettings.Platform(
                                        "platform", Map.of("app", "rialto", "tier", "back")),
                                Optional.of("gvisor")));
    }

    @ParameterizedTest
    @CsvSource({
        "image, '', image must be set where functions.isolated.on is kubernetes",
        "namespace, Micro_Apps, is not a valid name of a namespace",
        "platform-namespace, '', is not a valid name of a namespace",
        "platform-labels, '', must name at least one label",
        "platform-labels, rialto, is not of the form name=value",
    })
    void rejectsWhatCannotWork(String key, String value, String told) {
        Map<String, String> file = new HashMap<>();
        file.put("functions.isolated.on", "kubernetes");
        file.put(PREFIX + "image", "example.com/rialto:1");
        file.put(PREFIX + key, value);
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(SetupException.class)
                .hasMessageContaining(told);
    }
}
