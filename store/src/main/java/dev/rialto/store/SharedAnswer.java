package dev.rialto.store;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/// The answer to a question that many ask: one is under way at a time, and those who come meanwhile
/// share the next. So what each is told was asked after it came.
final class SharedAnswer<T> {
    /// A question; it is never asked twice at the same time.
    interface Question<T> {
        T ask() throws SQLException;
    }

    private final Question<T> question;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean underWay;
    private CompletableFuture<T> next = new CompletableFuture<>();
    private boolean wanted;

    SharedAnswer(Question<T> question) {
        this.question = question;
    }

    /// @throws SQLException when the question failed, or took longer than the limit
    T get(Duration limit) throws SQLException {
        CompletableFuture<T> own = join();
        try {
            return own.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            throw new SQLException("no answer within " + limit.toMillis() + " ms", late);
        } catch (ExecutionException failed) {
            throw new SQLException(failed.getCause());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted", stop);
        }
    }

    private CompletableFuture<T> join() {
        lock.lock();
        try {
            wanted = true;
            CompletableFuture<T> own = next;
            if (!underWay) {
                underWay = true;
                Thread.ofVirtual().name("shared-question").start(this::askAll);
            }
            return own;
        } finally {
            lock.unlock();
        }
    }

    private void askAll() {
        while (true) {
            CompletableFuture<T> asked;
            lock.lock();
            try {
                if (!wanted) {
                    underWay = false;
                    return;
                }
                asked = next;
                next = new CompletableFuture<>();
                wanted = false;
            } finally {
                lock.unlock();
            }
            ask(asked);
        }
    }

    private void ask(CompletableFuture<T> asked) {
        try {
            asked.complete(question.ask());
        } catch (SQLException | RuntimeException | Error failure) {
            asked.completeExceptionally(failure);
        }
    }
}
