package dev.rialto.hardening;

import java.util.AbstractCollection;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;

/// Replaces searches in hardened code whose time grows with the product of two sizes: they check in
/// between whether the call is being stopped.
public final class GuardedSearches {
    /// Compared within some ten milliseconds.
    private static final long STEP = 1 << 26;

    private GuardedSearches() {}

    @InsteadOf(Collection.class)
    public static boolean removeAll(Collection<?> from, Collection<?> all) {
        return from.removeAll(new Watched(all));
    }

    @InsteadOf(Collection.class)
    public static boolean retainAll(Collection<?> in, Collection<?> all) {
        return in.retainAll(new Watched(all));
    }

    @InsteadOf(Collection.class)
    public static boolean containsAll(Collection<?> in, Collection<?> all) {
        return in.containsAll(new Watched(all));
    }

    @InsteadOf(value = Collections.class, isStatic = true)
    public static boolean disjoint(Collection<?> first, Collection<?> second) {
        return Collections.disjoint(new Watched(first), new Watched(second));
    }

    @InsteadOf(String.class)
    public static boolean contains(String text, CharSequence wanted) {
        return indexOf(text, wanted.toString(), 0) >= 0;
    }

    @InsteadOf(String.class)
    public static int indexOf(String text, String wanted) {
        return indexOf(text, wanted, 0);
    }

    @InsteadOf(String.class)
    public static int indexOf(String text, String wanted, int start) {
        if ((long) text.length() * wanted.length() <= STEP) {
            return text.indexOf(wanted, start);
        }
        int step = (int) Math.max(1, STEP / wanted.length());
        int last = text.length() - wanted.length();
        for (int from = Math.max(0, start); from <= last; from += step) {
            Budget.checkStopped();
            int end = Math.min(text.length(), from + step - 1 + wanted.length());
            int found = text.indexOf(wanted, from, end);
            if (found >= 0) {
                return found;
            }
        }
        return -1;
    }

    @InsteadOf(String.class)
    public static int lastIndexOf(String text, String wanted) {
        return lastIndexOf(text, wanted, text.length());
    }

    @InsteadOf(String.class)
    public static int lastIndexOf(String text, String wanted, int start) {
        if ((long) text.length() * wanted.length() <= STEP) {
            return text.lastIndexOf(wanted, start);
        }
        for (int at = Math.min(start, text.length() - wanted.length()); at >= 0; at--) {
            Budget.checkStopped();
            if (text.startsWith(wanted, at)) {
                return at;
            }
        }
        return -1;
    }

    @InsteadOf(StringBuilder.class)
    public static int indexOf(StringBuilder builder, String wanted) {
        return indexOf(builder, wanted, 0);
    }

    @InsteadOf(StringBuilder.class)
    public static int indexOf(StringBuilder builder, String wanted, int start) {
        return (long) builder.length() * wanted.length() <= STEP
                ? builder.indexOf(wanted, start)
                : indexOf(builder.toString(), wanted, start);
    }

    @InsteadOf(StringBuilder.class)
    public static int lastIndexOf(StringBuilder builder, String wanted) {
        return lastIndexOf(builder, wanted, builder.length());
    }

    @InsteadOf(StringBuilder.class)
    public static int lastIndexOf(StringBuilder builder, String wanted, int start) {
        return (long) builder.length() * wanted.length() <= STEP
                ? builder.lastIndexOf(wanted, start)
                : lastIndexOf(builder.toString(), wanted, start);
    }

    private static final class Watched extends AbstractCollection<Object> {
        private final Collection<?> elements;

        Watched(Collection<?> elements) {
            this.elements = elements;
        }

        @Override
        public boolean contains(Object wanted) {
            Budget.checkStopped();
            return elements.contains(wanted);
        }

        @Override
        public int size() {
            return elements.size();
        }

        @Override
        public Iterator<Object> iterator() {
            Iterator<?> all = elements.iterator();
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return all.hasNext();
                }

                @Override
                public Object next() {
                    Budget.checkStopped();
                    return all.next();
                }
            };
        }
    }
}
