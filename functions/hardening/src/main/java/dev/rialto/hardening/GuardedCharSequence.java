package dev.rialto.hardening;

/// The input of a regular expression. Backtracking reads it again and again; every few hundred
/// reads it checks whether the call is being stopped.
final class GuardedCharSequence implements CharSequence {
    private static final int LOOK_EVERY = 256;

    private final String text;
    private int read;

    GuardedCharSequence(CharSequence text) {
        this.text = text.toString();
    }

    @Override
    public char charAt(int index) {
        read++;
        if (read % LOOK_EVERY == 0) {
            Budget.checkStopped();
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
