package dev.rialto.hardening;

import java.math.BigInteger;
import java.util.Random;

/// Replaces methods of [BigInteger] in hardened code: the size of numbers is limited, so that no
/// operation takes long. The JDK's loops over them can't be stopped.
public final class GuardedBigIntegers {
    /// Multiplied, divided and printed within a few milliseconds.
    static final int MAX_BITS = 1 << 18;

    /// For what takes time by the square of the size.
    private static final int SLOW_BITS = 1 << 15;

    /// For what takes time by the cube.
    private static final int SLOWEST_BITS = 1 << 12;

    private static final int PRIME_BITS = 1 << 9;

    private GuardedBigIntegers() {}

    /// Looks at digits of which a number is to be made.
    public static String digits(String digits) {
        fit(digits.length() * 10L / 3, MAX_BITS);
        return digits;
    }

    /// Looks at bytes of which a number is to be made.
    public static byte[] magnitude(byte[] bytes) {
        fit(bytes.length * 8L, MAX_BITS);
        return bytes;
    }

    /// Looks at the size of a number that is to be made at random.
    public static int bits(int bits) {
        fit(bits, MAX_BITS);
        return bits;
    }

    /// Looks at the size of a prime that is to be found.
    public static int primeBits(int bits) {
        fit(bits, PRIME_BITS);
        return bits;
    }

    static void fit(long bits, int limit) {
        if (bits > limit) {
            throw new ArithmeticException(
                    "a number of " + bits + " bits: functions are limited to " + limit + " here");
        }
    }

    @InsteadOf(value = BigInteger.class, isStatic = true)
    public static BigInteger probablePrime(int bits, Random random) {
        return BigInteger.probablePrime(primeBits(bits), random);
    }

    @InsteadOf(BigInteger.class)
    public static BigInteger multiply(BigInteger number, BigInteger other) {
        fit((long) number.bitLength() + other.bitLength(), MAX_BITS);
        return number.multiply(other);
    }

    @InsteadOf(BigInteger.class)
    public static BigInteger pow(BigInteger number, int exponent) {
        fit((long) number.bitLength() * exponent, MAX_BITS);
        return number.pow(exponent);
    }

    @InsteadOf(BigInteger.class)
    public static BigInteger shiftLeft(BigInteger number, int bits) {
        fit((long) number.bitLength() + bits, MAX_BITS);
        return number.shiftLeft(bits);
    }

    @InsteadOf(BigInteger.class)
    public static BigInteger shiftRight(BigInteger number, int bits) {
        fit((long) number.bitLength() - bits, MAX_BITS);
        return number.shiftRight(bits);
    }

    @InsteadOf(BigInteger.class)
    public static BigInteger setBit(BigInteger number, int bit) {
        fit(Math.max(number.bitLength(), bit), MAX_BITS);
        return number.setBit(bit);
    }

    @InsteadOf(BigInteger.class)
    public static BigInteger flipBit(BigInteger number, int bit) {
        fit(Math.max(number.bitLength(), bit), MAX_BITS);
        return number.flipBit(bit);
    }

    @InsteadOf(BigInteger.class)
    public static BigInteger clearBit(BigInteger number, int bit) {
        fit(Math.max(number.bitLength(), bit), MAX_BITS);
        return number.clearBit(bit);
    }

    @InsteadOf(BigInteger.class)
    public static BigInteger divide(BigInteger number, BigInteger other) {
        fit(Math.max(number.bitLength(), other.bitLength()), MAX_BITS);
        return number.divide(other);
    }

    @InsteadOf(BigInteger.class)
    public static BigInteger remainder(BigInteger number, BigInteger other) {
        fit(Math.max(number.bitLength(), other.bitLength()), MAX_BITS);
        return number.remainder(other);
    }

    @InsteadOf(BigInteger.class)
    public static BigInteger mod(BigInteger number, BigInteger other) {
        fit(Math.max(number.bitLength(), other.bitLength()), MAX_BITS);
        return number.mod(other);
    }

    @InsteadOf(BigInteger.class)
    public static BigInteger[] divideAndRemainder(BigInteger number, BigInteger other) {
        fit(Math.max(number.bitLength(), other.bitLength()), MAX_BITS);
        return number.divideAndRemainder(other);
    }

    @InsteadOf(BigInteger.class)
    public static BigInteger gcd(BigInteger number, BigInteger other) {
        fit(Math.max(number.bitLength(), other.bitLength()), SLOW_BITS);
        return number.gcd(other);
    }

    @InsteadOf(BigInteger.class)
    public static BigInteger sqrt(BigInteger number) {
        fit(number.bitLength(), SLOW_BITS);
        return number.sqrt();
    }

    @InsteadOf(BigInteger.class)
    public static BigInteger[] sqrtAndRemainder(BigInteger number) {
        fit(number.bitLength(), SLOW_BITS);
        return number.sqrtAndRemainder();
    }

    @InsteadOf(BigInteger.class)
    public static BigInteger modInverse(BigInteger number, BigInteger other) {
        fit(Math.max(number.bitLength(), other.bitLength()), SLOWEST_BITS);
        return number.modInverse(other);
    }

    @InsteadOf(BigInteger.class)
    public static BigInteger modPow(BigInteger number, BigInteger exponent, BigInteger modulus) {
        fit(
                Math.max(Math.max(number.bitLength(), exponent.bitLength()), modulus.bitLength()),
                SLOWEST_BITS);
        return number.modPow(exponent, modulus);
    }

    @InsteadOf(BigInteger.class)
    public static boolean isProbablePrime(BigInteger number, int certainty) {
        fit(number.bitLength(), SLOWEST_BITS);
        return number.isProbablePrime(certainty);
    }

    @InsteadOf(BigInteger.class)
    public static BigInteger nextProbablePrime(BigInteger number) {
        fit(number.bitLength(), PRIME_BITS);
        return number.nextProbablePrime();
    }

    @InsteadOf(BigInteger.class)
    public static String toString(BigInteger number) {
        fit(number.bitLength(), MAX_BITS);
        return number.toString();
    }

    @InsteadOf(BigInteger.class)
    public static String toString(BigInteger number, int radix) {
        fit(number.bitLength(), MAX_BITS);
        return number.toString(radix);
    }
}
