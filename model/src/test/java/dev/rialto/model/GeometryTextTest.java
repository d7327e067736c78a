package dev.rialto.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.Json;
import java.io.StringWriter;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JsonGenerator;

class GeometryTextTest {
    private static final List<Value.GeoPoint> CORNERS =
            List.of(
                    new Value.GeoPoint(1.5, -2),
                    new Value.GeoPoint(0, 1e-7),
                    new Value.GeoPoint(-90, 180));

    private static String written(String text, BiConsumer<String, JsonGenerator> writer) {
        var json = new StringWriter();
        try (JsonGenerator out = Json.mapper().createGenerator(json)) {
            writer.accept(text, out);
        }
        return json.toString();
    }

    @Test
    void theLongitudeComesFirst() {
        assertThat(GeometryText.point(CORNERS.getFirst())).isEqualTo("(-2.0,1.5)");
        assertThat(GeometryText.polygon(CORNERS))
                .isEqualTo("((-2.0,1.5),(1.0E-7,0.0),(180.0,-90.0))");
    }

    @Test
    void readsWhatPostgreSqlWrites() {
        assertThat(GeometryText.coordinates("(-2,1.5)")).containsExactly(-2, 1.5);
        assertThat(GeometryText.coordinates("((-2,1.5),(1e-07,0),(180,-90))"))
                .containsExactly(-2, 1.5, 1e-7, 0, 180, -90);
    }

    @Test
    void theLatitudeComesFirstOnTheWire() {
        assertThat(written("(-2,1.5)", GeometryText::writePoint))
                .isEqualTo("{\"__type\":\"GeoPoint\",\"latitude\":1.5,\"longitude\":-2}");
        assertThat(written("((0,1),(2,3.5),(4,5))", GeometryText::writePolygon))
                .isEqualTo("{\"__type\":\"Polygon\",\"coordinates\":[[1,0],[3.5,2],[5,4]]}");
    }
}
