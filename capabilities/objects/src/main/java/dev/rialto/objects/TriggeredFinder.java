package dev.rialto.objects;

import dev.rialto.http.Call;
import dev.rialto.http.Rendered;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.Triggers.Moment;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.node.ObjectNode;

/// Finds objects for requests, functions and subscribers, with the triggers of what is read.
final class TriggeredFinder {
    private final Finder finder;
    private final FindTriggers triggers;

    TriggeredFinder(Finder finder) {
        this.finder = finder;
        this.triggers = finder.triggers();
    }

    /// Answers a find.
    Rendered find(Requester asker, String className, FindRequest request) {
        // A redirect must not lead past the triggers of the class that is queried in the end.
        boolean untouched =
                request.redirect().isEmpty() && !triggers.concern(asker, className, request);
        if (untouched) {
            return finder.find(asker, className, request);
        }
        String queried = finder.requireAskable(asker, className, request, Optional.empty());
        FindTriggers.BeforeFind answer =
                triggers.ask(asker, queried, request, request.where(), false);
        FindRequest asked = answer.query();
        if (answer.instead().isPresent() && !asked.explain()) {
            return finder.render(instead(asker, queried, request, answer.instead().get()));
        }
        boolean followed = triggers.has(asker, queried, Moment.AFTER_FIND);
        if (!followed || asked.explain() || asked.limit() == 0) {
            return finder.find(asker, className, asked);
        }
        FindResult found = finder.found(asker, className, asked);
        return finder.render(found.with(triggers.after(asker, queried, asked, found.objects())));
    }

    /// What is answered where a trigger answers objects in place of what would be found.
    private FindResult instead(
            Requester asker, String queried, FindRequest request, List<ObjectNode> chosen) {
        List<ObjectNode> visible = triggers.visible(asker, queried, request, chosen);
        boolean counted = request.limit() == 0;
        return new FindResult(
                counted ? List.of() : triggers.after(asker, queried, request, visible),
                request.count() ? OptionalLong.of(visible.size()) : OptionalLong.empty(),
                request.redirect().map(_ -> queried));
    }

    /// Answers a get.
    ///
    /// @throws dev.rialto.kernel.RialtoException OBJECT_NOT_FOUND
    Rendered get(Requester asker, String className, String objectId, FindRequest request) {
        if (!triggers.has(asker, className)) {
            return finder.get(asker, className, objectId, request);
        }
        finder.requireAskable(asker, className, request, Optional.of(objectId));
        return finder.render(triggers.get(asker, className, objectId, request));
    }

    /// What an asker is told of an object that it may get; empty when triggers hide it.
    Optional<ObjectNode> told(Requester asker, String className, ObjectNode found) {
        if (!triggers.has(asker, className)) {
            return Optional.of(found);
        }
        try {
            String id = found.path("objectId").asString("");
            return Optional.of(triggers.get(asker, className, id, FindRequest.all()));
        } catch (RialtoException hidden) {
            if (hidden.code() == ErrorCode.OBJECT_NOT_FOUND) {
                return Optional.empty();
            }
            throw hidden;
        }
    }

    /// The objects of one page of a walk, and what is answered of them. Of the query that a trigger
    /// returns, the condition and the keys count.
    Scanner.PageResult scan(
            Requester asker, String className, ObjectNode where, Scanner.PageRequest piece) {
        FindRequest request = FindRequest.all().withWhere(where).withLimit(piece.limit());
        FindRequest asked = request;
        if (triggers.concern(asker, className, request)) {
            finder.requireAskable(asker, className, request, Optional.empty());
            asked = triggers.before(asker, className, request, request.where(), false);
        }
        List<ObjectNode> found = finder.scan(asker, className, asked, piece);
        return new Scanner.PageResult(found, triggers.after(asker, className, asked, found));
    }

    /// The condition of a conditional write, as the triggers of the classes want it that it reads.
    ObjectNode condition(Call call, ObjectNode where) {
        return triggers.resolve(Requester.of(call), where);
    }
}
