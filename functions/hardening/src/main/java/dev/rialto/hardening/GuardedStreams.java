package dev.rialto.hardening;

import java.util.Collections;
import java.util.List;
import java.util.Spliterator;
import java.util.function.DoublePredicate;
import java.util.function.DoubleSupplier;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntPredicate;
import java.util.function.IntSupplier;
import java.util.function.IntUnaryOperator;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// Replaces methods that create long or infinite streams in hardened code: their sources check
/// whether the call is being stopped. Other streams are only as long as a collection in memory.
@SuppressWarnings("overloads") // they are called by their descriptors
public final class GuardedStreams {
    private GuardedStreams() {}

    @InsteadOf(value = IntStream.class, isStatic = true)
    public static IntStream range(int start, int end) {
        return StreamSupport.intStream(new GuardedRanges.Ints(start, end), false);
    }

    @InsteadOf(value = IntStream.class, isStatic = true)
    public static IntStream rangeClosed(int start, int end) {
        return StreamSupport.intStream(new GuardedRanges.Ints(start, end + 1L), false);
    }

    @InsteadOf(value = LongStream.class, isStatic = true)
    public static LongStream range(long start, long end) {
        long count = start >= end ? 0 : end - start;
        return StreamSupport.longStream(new GuardedRanges.Longs(start, count(count)), false);
    }

    @InsteadOf(value = LongStream.class, isStatic = true)
    public static LongStream rangeClosed(long start, long end) {
        long count = start > end ? 0 : end - start + 1;
        return StreamSupport.longStream(
                new GuardedRanges.Longs(start, start > end ? 0 : count <= 0 ? count(-1) : count),
                false);
    }

    @InsteadOf(value = Stream.class, isStatic = true)
    public static <T> Stream<T> iterate(T seed, UnaryOperator<T> next) {
        return Stream.iterate(seed, each -> watched(next).apply(each));
    }

    @InsteadOf(value = Stream.class, isStatic = true)
    public static <T> Stream<T> iterate(T seed, Predicate<? super T> more, UnaryOperator<T> next) {
        return Stream.iterate(seed, more, each -> watched(next).apply(each));
    }

    @InsteadOf(value = Stream.class, isStatic = true)
    public static <T> Stream<T> generate(Supplier<? extends T> source) {
        return Stream.generate(() -> watched(source).get());
    }

    @InsteadOf(value = IntStream.class, isStatic = true)
    public static IntStream iterate(int seed, IntUnaryOperator next) {
        return IntStream.iterate(seed, each -> watched(next).applyAsInt(each));
    }

    @InsteadOf(value = IntStream.class, isStatic = true)
    public static IntStream iterate(int seed, IntPredicate more, IntUnaryOperator next) {
        return IntStream.iterate(seed, more, each -> watched(next).applyAsInt(each));
    }

    @InsteadOf(value = IntStream.class, isStatic = true)
    public static IntStream generate(IntSupplier source) {
        return IntStream.generate(() -> watched(source).getAsInt());
    }

    @InsteadOf(value = LongStream.class, isStatic = true)
    public static LongStream iterate(long seed, LongUnaryOperator next) {
        return LongStream.iterate(seed, each -> watched(next).applyAsLong(each));
    }

    @InsteadOf(value = LongStream.class, isStatic = true)
    public static LongStream iterate(long seed, LongPredicate more, LongUnaryOperator next) {
        return LongStream.iterate(seed, more, each -> watched(next).applyAsLong(each));
    }

    @InsteadOf(value = LongStream.class, isStatic = true)
    public static LongStream generate(LongSupplier source) {
        return LongStream.generate(() -> watched(source).getAsLong());
    }

    @InsteadOf(value = DoubleStream.class, isStatic = true)
    public static DoubleStream iterate(double seed, DoubleUnaryOperator next) {
        return DoubleStream.iterate(seed, each -> watched(next).applyAsDouble(each));
    }

    @InsteadOf(value = DoubleStream.class, isStatic = true)
    public static DoubleStream iterate(
            double seed, DoublePredicate more, DoubleUnaryOperator next) {
        return DoubleStream.iterate(seed, more, each -> watched(next).applyAsDouble(each));
    }

    @InsteadOf(value = DoubleStream.class, isStatic = true)
    public static DoubleStream generate(DoubleSupplier source) {
        return DoubleStream.generate(() -> watched(source).getAsDouble());
    }

    @InsteadOf(RandomGenerator.class)
    public static IntStream ints(RandomGenerator random) {
        return random.ints().peek(_ -> Budget.checkStopped());
    }

    @InsteadOf(RandomGenerator.class)
    public static IntStream ints(RandomGenerator random, long count) {
        return random.ints(count).peek(_ -> Budget.checkStopped());
    }

    @InsteadOf(RandomGenerator.class)
    public static IntStream ints(RandomGenerator random, int from, int to) {
        return random.ints(from, to).peek(_ -> Budget.checkStopped());
    }

    @InsteadOf(RandomGenerator.class)
    public static IntStream ints(RandomGenerator random, long count, int from, int to) {
        return random.ints(count, from, to).peek(_ -> Budget.checkStopped());
    }

    @InsteadOf(RandomGenerator.class)
    public static LongStream longs(RandomGenerator random) {
        return random.longs().peek(_ -> Budget.checkStopped());
    }

    @InsteadOf(RandomGenerator.class)
    public static LongStream longs(RandomGenerator random, long count) {
        return random.longs(count).peek(_ -> Budget.checkStopped());
    }

    @InsteadOf(RandomGenerator.class)
    public static LongStream longs(RandomGenerator random, long from, long to) {
        return random.longs(from, to).peek(_ -> Budget.checkStopped());
    }

    @InsteadOf(RandomGenerator.class)
    public static LongStream longs(RandomGenerator random, long count, long from, long to) {
        return random.longs(count, from, to).peek(_ -> Budget.checkStopped());
    }

    @InsteadOf(RandomGenerator.class)
    public static DoubleStream doubles(RandomGenerator random) {
        return random.doubles().peek(_ -> Budget.checkStopped());
    }

    @InsteadOf(RandomGenerator.class)
    public static DoubleStream doubles(RandomGenerator random, long count) {
        return random.doubles(count).peek(_ -> Budget.checkStopped());
    }

    @InsteadOf(RandomGenerator.class)
    public static DoubleStream doubles(RandomGenerator random, double from, double to) {
        return random.doubles(from, to).peek(_ -> Budget.checkStopped());
    }

    @InsteadOf(RandomGenerator.class)
    public static DoubleStream doubles(RandomGenerator random, long count, double from, double to) {
        return random.doubles(count, from, to).peek(_ -> Budget.checkStopped());
    }

    /// Never parallel, whatever the caller asks for.
    @InsteadOf(value = StreamSupport.class, isStatic = true)
    public static <T> Stream<T> stream(Spliterator<T> source, boolean parallel) {
        return StreamSupport.stream(source, false);
    }

    @InsteadOf(value = StreamSupport.class, isStatic = true)
    public static IntStream intStream(Spliterator.OfInt source, boolean parallel) {
        return StreamSupport.intStream(source, false);
    }

    @InsteadOf(value = StreamSupport.class, isStatic = true)
    public static LongStream longStream(Spliterator.OfLong source, boolean parallel) {
        return StreamSupport.longStream(source, false);
    }

    @InsteadOf(value = StreamSupport.class, isStatic = true)
    public static DoubleStream doubleStream(Spliterator.OfDouble source, boolean parallel) {
        return StreamSupport.doubleStream(source, false);
    }

    /// A list of one element takes no memory, but what is made of it does.
    @InsteadOf(value = Collections.class, isStatic = true)
    public static <T> List<T> nCopies(int count, T element) {
        return Collections.nCopies(Guard.capacity(count), element);
    }

    /// A difference that overflowed is taken for the largest.
    private static long count(long count) {
        return count < 0 ? Long.MAX_VALUE : count;
    }

    private static <F> F watched(F function) {
        Budget.checkStopped();
        return function;
    }
}
