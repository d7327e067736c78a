package dev.rialto.hardening;

/// A text that a regular expression is matched against. Backtracking reads it again and again, and
/// each so many characters it looks whether the call is being stopped.
final class WatchedText implements CharSequence {
    private static final int LOOK_EVERY = 256;

    private final String text;
    private int read;

    WatchedText(CharSequence text) {
        this.text = text.toString();
    }

    @Override
    public char charAt(int index) {
        read++;
        if (read % LOOK_EVERY == 0) {
            Budget.look();
        }
        return text.charAt(index);
    }

    @Override
    public int length() {
        return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return text.substring(start, end);
    }

    @Override
    public String toString() {
        return text;
    }
}
