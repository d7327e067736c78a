package dev.rialto.cli;

import java.util.Locale;

/// Formats quantities for people: three digits and a unit.
final class ReadableUnits {
    private static final String[] SIZES = {"B", "KB", "MB", "GB", "TB"};

    private ReadableUnits() {}

    /// A duration: `0.85 ms`, `12.3 ms`, `1.20 s`.
    static String micros(double micros) {
        return micros < 1_000_000
                ? digits(micros / 1_000) + " ms"
                : digits(micros / 1_000_000) + " s";
    }

    /// A size, in powers of 1024: `512 B`, `1.50 KB`.
    static String bytes(double bytes) {
        int unit = 0;
        double value = bytes;
        while (value >= 1024 && unit < SIZES.length - 1) {
            value /= 1024;
            unit++;
        }
        return (unit == 0 ? count(Math.round(value)) : digits(value)) + " " + SIZES[unit];
    }

    static String rate(double perSecond) {
        return digits(perSecond);
    }

    /// A whole number: `12,345`.
    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String digits(double value) {
        if (value == 0) {
            return "0";
        }
        String format;
        if (value < 0.1) {
            format = "%.3f";
        } else if (value < 10) {
            format = "%.2f";
        } else {
            format = value < 100 ? "%.1f" : "%,.0f";
        }
        return String.format(Locale.ROOT, format, value);
    }
}
