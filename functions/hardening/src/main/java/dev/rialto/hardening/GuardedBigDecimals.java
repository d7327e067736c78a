package dev.rialto.hardening;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;

/// What hardened code calls to compute with [BigDecimal]: no step takes long, since numbers have a
/// largest size. `1e999999999` is short, yet what is computed with it may not be.
public final class GuardedBigDecimals {
    private static final int MAX_DIGITS = 20_000;

    /// For roots.
    private static final int SLOW_DIGITS = 1000;

    private GuardedBigDecimals() {}

    /// Looks at digits of which a number is to be made.
    public static String digits(String digits) {
        fit(digits.length());
        int exponent = Math.max(digits.lastIndexOf('e'), digits.lastIndexOf('E'));
        // More than five digits and a sign; fewer are counted by what is computed with it.
        if (exponent >= 0 && digits.length() - exponent > 7) {
            fit(Integer.MAX_VALUE);
        }
        return digits;
    }

    /// Looks at how far the point of a number is to be moved.
    public static int scale(int scale) {
        fit(Math.abs((long) scale));
        return scale;
    }

    private static void fit(long digits) {
        fit(digits, MAX_DIGITS);
    }

    private static void fit(long digits, int max) {
        if (digits > max) {
            throw new ArithmeticException(
                    "a number of " + digits + " digits: functions are limited to " + max + " here");
        }
    }

    private static void fit(BigDecimal number) {
        fit(Math.max(number.precision(), Math.abs((long) number.scale())));
    }

    private static void fit(BigDecimal number, BigDecimal other) {
        fit(number);
        fit(other);
    }

    private static void fit(BigDecimal number, BigDecimal other, MathContext context) {
        fit(number, other);
        fit(context.getPrecision());
    }

    private static void fitScale(BigDecimal number, int scale) {
        fit(number);
        fit(Math.abs((long) scale));
    }

    @InsteadOf(BigDecimal.class)
    public static BigDecimal add(BigDecimal number, BigDecimal other) {
        fit(number, other);
        return number.add(other);
    }

    @InsteadOf(BigDecimal.class)
    public static BigDecimal add(BigDecimal number, BigDecimal other, MathContext context) {
        fit(number, other, context);
        return number.add(other, context);
    }

    @InsteadOf(BigDecimal.class)
    public static BigDecimal subtract(BigDecimal number, BigDecimal other) {
        fit(number, other);
        return number.subtract(other);
    }

    @InsteadOf(BigDecimal.class)
    public static BigDecimal subtract(BigDecimal number, BigDecimal other, MathContext context) {
        fit(number, other, context);
        return number.subtract(other, context);
    }

    @InsteadOf(BigDecimal.class)
    public static BigDecimal multiply(BigDecimal number, BigDecimal other) {
        fit(number, other);
        return number.multiply(other);
    }

    @InsteadOf(BigDecimal.class)
    public static BigDecimal multiply(BigDecimal number, BigDecimal other, MathContext context) {
        fit(number, other, context);
        return number.multiply(other, context);
    }

    @InsteadOf(BigDecimal.class)
    public static BigDecimal divide(BigDecimal number, BigDecimal other) {
        fit(number, other);
        return number.divide(other);
    }

    @InsteadOf(BigDecimal.class)
    public static BigDecimal divide(BigDecimal number, BigDecimal other, MathContext context) {
        fit(number, other, context);
        return number.divide(other, context);
    }

    @InsteadOf(BigDecimal.class)
    public static BigDecimal divideToIntegralValue(BigDecimal number, BigDecimal other) {
        fit(number, other);
        return number.divideToIntegralValue(other);
    }

    @InsteadOf(BigDecimal.class)
    public static BigDecimal divideToIntegralValue(
            BigDecimal number, BigDecimal other, MathContext context) {
        fit(number, other, context);
        return number.divideToIntegralValue(other, context);
    }

    @InsteadOf(BigDecimal.class)
    public static BigDecimal remainder(BigDecimal number, BigDecimal other) {
        fit(number, other);
        return number.remainder(other);
    }

    @InsteadOf(BigDecimal.class)
    public static BigDecimal remainder(BigDecimal number, BigDecimal other, MathContext context) {
        fit(number, other, context);
        return number.remainder(other, context);
    }

    @InsteadOf(BigDecimal.class)
    public static BigDecimal divide(
            BigDecimal number, BigDecimal other, int scale, RoundingMode rounding) {
        fit(number, other);
        fitScale(number, scale);
        return number.divide(other, scale, rounding);
    }

    @InsteadOf(BigDecimal.class)
    public static BigDecimal divide(BigDecimal number, BigDecimal other, RoundingMode rounding) {
        fit(number, other);
        return number.divide(other, rounding);
    }

    @InsteadOf(BigDecimal.class)
    public static BigDecimal[] divideAndRemainder(BigDecimal number, BigDecimal other) {
        fit(number, other);
        return number.divideAndRemainder(other);
    }

    @InsteadOf(BigDecimal.class)
    public static BigDecimal[] divideAndRemainder(
            BigDecimal number, BigDecimal other, MathContext context) {
        fit(number, other, context);
        return number.divideAndRemainder(other, context);
    }

    @InsteadOf(BigDecimal.class)
    public static BigDecimal pow(BigDecimal number, int exponent) {
        fit(number);
        fit((long) number.precision() * exponent);
        return number.pow(exponent);
    }

    @InsteadOf(BigDecimal.class)
    public static BigDecimal pow(BigDecimal number, int exponent, MathContext context) {
        fit(number);
        fit(context.getPrecision());
        return number.pow(exponent, context);
    }

    @InsteadOf(BigDecimal.class)
    public static BigDecimal sqrt(BigDecimal number, MathContext context) {
        fit(Math.max(number.precision(), Math.abs((long) number.scale())), SLOW_DIGITS);
        fit(context.getPrecision(), SLOW_DIGITS);
        return number.sqrt(context);
    }

    @InsteadOf(BigDecimal.class)
    public static BigDecimal setScale(BigDecimal number, int scale) {
        fitScale(number, scale);
        return number.setScale(scale);
    }

    @InsteadOf(BigDecimal.class)
    public static BigDecimal setScale(BigDecimal number, int scale, RoundingMode rounding) {
        fitScale(number, scale);
        return number.setScale(scale, rounding);
    }

    @InsteadOf(BigDecimal.class)
    public static BigDecimal stripTrailingZeros(BigDecimal number) {
        fit(number);
        return number.stripTrailingZeros();
    }

    @InsteadOf(BigDecimal.class)
    public static int compareTo(BigDecimal number, BigDecimal other) {
        fit(number, other);
        return number.compareTo(other);
    }

    @InsteadOf(BigDecimal.class)
    public static BigDecimal min(BigDecimal number, BigDecimal other) {
        fit(number, other);
        return number.min(other);
    }

    @InsteadOf(BigDecimal.class)
    public static BigDecimal max(BigDecimal number, BigDecimal other) {
        fit(number, other);
        return number.max(other);
    }

    @InsteadOf(BigDecimal.class)
    public static BigInteger toBigInteger(BigDecimal number) {
        fit(number);
        return number.toBigInteger();
    }

    @InsteadOf(BigDecimal.class)
    public static BigInteger toBigIntegerExact(BigDecimal number) {
        fit(number);
        return number.toBigIntegerExact();
    }

    @InsteadOf(BigDecimal.class)
    public static String toPlainString(BigDecimal number) {
        fit(number);
        return number.toPlainString();
    }

    @InsteadOf(BigDecimal.class)
    public static int intValue(BigDecimal number) {
        fit(number);
        return number.intValue();
    }

    @InsteadOf(BigDecimal.class)
    public static long longValue(BigDecimal number) {
        fit(number);
        return number.longValue();
    }

    @InsteadOf(BigDecimal.class)
    public static int intValueExact(BigDecimal number) {
        fit(number);
        return number.intValueExact();
    }

    @InsteadOf(BigDecimal.class)
    public static long longValueExact(BigDecimal number) {
        fit(number);
        return number.longValueExact();
    }

    @InsteadOf(BigDecimal.class)
    public static double doubleValue(BigDecimal number) {
        fit(number);
        return number.doubleValue();
    }

    @InsteadOf(BigDecimal.class)
    public static float floatValue(BigDecimal number) {
        fit(number);
        return number.floatValue();
    }
}
