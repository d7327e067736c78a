package dev.rialto.objects;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.FieldPath;
import dev.rialto.model.Predicate;
import dev.rialto.model.Value;
import dev.rialto.model.Where;
import dev.rialto.spi.Scanning;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Walks through classes of any size. Each page names where the next one begins, so that a page
/// costs the same at any depth, and objects that are created or deleted meanwhile neither repeat
/// nor hide others.
final class Scanner implements Scanning {
    private final TriggeredFinder finder;

    Scanner(TriggeredFinder finder) {
        this.finder = finder;
    }

    /// The bounds of a page.
    ///
    /// @param after the condition of objects after the previous page; empty for the first page
    record PageRequest(Optional<Where> after, int limit) {}

    /// @param found the objects of the page
    /// @param answered the objects to return
    record PageResult(List<ObjectNode> found, List<ObjectNode> answered) {}

    /// Where a page ends.
    private record Cursor(Instant createdAt, String objectId) {
        static Cursor read(String text) {
            try {
                String plain =
                        new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
                int space = plain.indexOf(' ');
                if (space < 0) {
                    throw invalid();
                }
                return new Cursor(
                        Instant.parse(plain.substring(0, space)), plain.substring(space + 1));
            } catch (IllegalArgumentException | DateTimeParseException notACursor) {
                throw invalid();
            }
        }

        static Cursor behind(ObjectNode last) {
            return new Cursor(
                    Instant.parse(last.path("createdAt").asString("")),
                    last.path("objectId").asString(""));
        }

        String write() {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString((createdAt + " " + objectId).getBytes(StandardCharsets.UTF_8));
        }

        Where after() {
            FieldPath created = FieldPath.of("createdAt");
            Value time = new Value.Date(createdAt);
            Where later = new Where.On(created, compare(Predicate.Comparison.GREATER, time));
            Where sameTime =
                    new Where.And(
                            List.of(
                                    new Where.On(created, new Predicate.Equal(time)),
                                    new Where.On(
                                            FieldPath.of("objectId"),
                                            compare(
                                                    Predicate.Comparison.GREATER,
                                                    new Value.Text(objectId)))));
            // The first part is redundant, but gives the index a starting point.
            return new Where.And(
                    List.of(
                            new Where.On(
                                    created, compare(Predicate.Comparison.GREATER_OR_EQUAL, time)),
                            new Where.Or(List.of(later, sameTime))));
        }

        private static Predicate compare(Predicate.Comparison comparison, Value value) {
            return new Predicate.Compare(comparison, value);
        }

        private static RialtoException invalid() {
            return new RialtoException(
                    ErrorCode.INVALID_QUERY, "cursor must be one returned by a scan");
        }
    }

    @Override
    public Page page(Walk walk, Optional<String> from, int limit) {
        Optional<Where> after = from.map(Cursor::read).map(Cursor::after);
        Requester asker = new Requester(walk.app(), walk.caller(), walk.call(), true);
        PageResult walked =
                finder.scan(asker, walk.className(), walk.where(), new PageRequest(after, limit));
        return new Page(
                walked.answered(),
                walked.found().size() == limit
                        ? Optional.of(Cursor.behind(walked.found().getLast()).write())
                        : Optional.empty());
    }
}
