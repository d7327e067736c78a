package dev.rialto.workers;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Curves over time as an SVG image: panels one below the other, which share the seconds.
///
/// @param title for those who can't see it
record Plot(String title, List<Panel> panels) {
    private static final int WIDTH = 640;
    private static final int LEFT = 44;
    private static final int RIGHT = 12;
    private static final int ABOVE = 24;
    private static final int HEIGHT = 80;
    private static final int BELOW = 22;
    private static final List<Integer> STEPS = List.of(10, 20, 30, 60, 120);
    private static final int MAX_MARKS = 6;
    private static final List<String> COLORS = List.of("#1f6feb", "#d1570a");

    /// Curves on one scale, which begins at 0.
    record Panel(String title, List<Curve> curves) {
        static Panel of(String title, List<Integer> values) {
            return new Panel(title, List.of(new Curve("", values)));
        }

        int most() {
            return curves.stream()
                    .mapToInt(each -> Collections.max(each.values()))
                    .map(each -> Math.max(1, each))
                    .max()
                    .orElse(1);
        }
    }

    /// A number in each second.
    ///
    /// @param name empty when its panel has no others
    record Curve(String name, List<Integer> values) {}

    String svg() {
        int panel = ABOVE + HEIGHT;
        List<String> lines = new ArrayList<>();
        lines.add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\""
                                .formatted(WIDTH, panels.size() * panel + BELOW)
                        + " font-family=\"sans-serif\" font-size=\"11\" fill=\"#24292f\">");
        lines.add("<title>" + title + "</title>");
        lines.add("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>");
        for (int i = 0; i < panels.size(); i++) {
            lines.addAll(drawn(panels.get(i), i * panel + ABOVE));
        }
        lines.addAll(seconds(panels.size() * panel));
        lines.add("</svg>");
        return String.join("\n", lines) + "\n";
    }

    private List<String> drawn(Panel panel, int top) {
        int bottom = top + HEIGHT;
        int most = panel.most();
        List<String> lines = new ArrayList<>();
        lines.add(text(LEFT, top - 8, "start", panel.title()));
        lines.add(text(LEFT - 6, top + 4, "end", String.valueOf(most)));
        lines.add(text(LEFT - 6, bottom, "end", "0"));
        lines.add(
                "<path d=\"M%d %dH%dV%dH%dZ\" fill=\"none\" stroke=\"#d0d7de\"/>"
                        .formatted(LEFT, top, WIDTH - RIGHT, bottom, LEFT));
        for (int i = 0; i < panel.curves().size(); i++) {
            Curve curve = panel.curves().get(i);
            lines.add(
                    "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\"/>"
                            .formatted(path(curve.values(), bottom, most), COLORS.get(i)));
            if (!curve.name().isEmpty()) {
                lines.add(
                        text(WIDTH - RIGHT - 70 * i, top - 8, "end", curve.name())
                                .replace("<text", "<text fill=\"" + COLORS.get(i) + "\""));
            }
        }
        return lines;
    }

    /// Numbers of one second are drawn as wide as it is.
    private String path(List<Integer> values, int bottom, int most) {
        var path = new StringBuilder();
        for (int i = 0; i < values.size(); i++) {
            int y = bottom - Math.round((float) values.get(i) * HEIGHT / most);
            if (i == 0) {
                path.append('M').append(x(0)).append(' ').append(y);
            } else if (!values.get(i).equals(values.get(i - 1))) {
                path.append('H').append(x(i)).append('V').append(y);
            }
        }
        return path.append('H').append(x(values.size())).toString();
    }

    private List<String> seconds(int y) {
        int length = length();
        int step =
                STEPS.stream()
                        .filter(each -> length / each <= MAX_MARKS)
                        .findFirst()
                        .orElse(length);
        List<String> lines = new ArrayList<>();
        for (int second = 0; second <= length; second += step) {
            lines.add(text(x(second), y + 16, "middle", second + " s"));
        }
        return lines;
    }

    private int length() {
        return panels.stream()
                .flatMap(each -> each.curves().stream())
                .mapToInt(each -> each.values().size())
                .max()
                .orElse(1);
    }

    private int x(int second) {
        return LEFT + Math.round((float) second * (WIDTH - LEFT - RIGHT) / length());
    }

    private static String text(int x, int y, String anchor, String content) {
        return "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>"
                .formatted(x, y, anchor, content);
    }
}
