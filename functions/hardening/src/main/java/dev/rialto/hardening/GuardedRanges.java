package dev.rialto.hardening;

import java.util.Comparator;
import java.util.Spliterator;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// Ranges of numbers as sources of streams that check whether the call is being stopped.
final class GuardedRanges {
    private static final int LOOK_EVERY = 1024;
    private static final int TRAITS =
            Spliterator.ORDERED
                    | Spliterator.SIZED
                    | Spliterator.SUBSIZED
                    | Spliterator.IMMUTABLE
                    | Spliterator.NONNULL
                    | Spliterator.DISTINCT
                    | Spliterator.SORTED;

    private GuardedRanges() {}

    /// Whole numbers from one to before another one.
    static final class Ints implements Spliterator.OfInt {
        private long next;
        private final long end;

        Ints(long start, long end) {
            this.next = start;
            this.end = Math.max(start, end);
        }

        @Override
        public boolean tryAdvance(IntConsumer action) {
            Budget.checkStopped();
            if (next >= end) {
                return false;
            }
            action.accept((int) next++);
            return true;
        }

        @Override
        public void forEachRemaining(IntConsumer action) {
            while (next < end) {
                Budget.checkStopped();
                int from = (int) next;
                int count = (int) Math.min(LOOK_EVERY, end - next);
                next += count;
                for (int i = 0; i < count; i++) {
                    action.accept(from + i);
                }
            }
        }

        @Override
        public Spliterator.@Nullable OfInt trySplit() {
            return null;
        }

        @Override
        public long estimateSize() {
            return end - next;
        }

        @Override
        public int characteristics() {
            return TRAITS;
        }

        @Override
        public @Nullable Comparator<? super Integer> getComparator() {
            return null;
        }
    }

    /// Whole numbers, the end excluded; no more than there are positive ones.
    static final class Longs implements Spliterator.OfLong {
        private long next;
        private long left;

        Longs(long start, long count) {
            this.next = start;
            this.left = count;
        }

        @Override
        public boolean tryAdvance(LongConsumer action) {
            Budget.checkStopped();
            if (left <= 0) {
                return false;
            }
            left--;
            action.accept(next++);
            return true;
        }

        @Override
        public void forEachRemaining(LongConsumer action) {
            while (left > 0) {
                Budget.checkStopped();
                int count = (int) Math.min(LOOK_EVERY, left);
                left -= count;
                for (int i = 0; i < count; i++) {
                    action.accept(next++);
                }
            }
        }

        @Override
        public Spliterator.@Nullable OfLong trySplit() {
            return null;
        }

        @Override
        public long estimateSize() {
            return left;
        }

        @Override
        public int characteristics() {
            return TRAITS;
        }

        @Override
        public @Nullable Comparator<? super Long> getComparator() {
            return null;
        }
    }
}
