package dev.rialto.objects;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.model.ClassPermissions.Action;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.FieldPath;
import dev.rialto.model.Predicate;
import dev.rialto.model.Value;
import dev.rialto.model.Where;
import dev.rialto.store.Sql;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// A query that is ready to run.
///
/// @param action what the class permissions were asked for
/// @param hidden the protected fields; those hidden in every row are out of the selection
/// @param unwanted fields that are read only to know what is hidden, and not shown
/// @param sql the condition, access rules included, over the alias `t`
/// @param isAlone whether nothing but the class's own table is read
record Plan(
        Requester asker,
        ClassSchema schema,
        FindRequest request,
        Where where,
        Action action,
        Selection selection,
        HiddenFields hidden,
        Set<String> unwanted,
        Sql sql,
        boolean isAlone) {
    private static final FieldPath OBJECT_ID = FieldPath.of("objectId");

    App app() {
        return asker.app();
    }

    Caller caller() {
        return asker.caller();
    }

    /// What a caller asks of a class.
    ///
    /// @param action what the class permissions are asked for
    /// @param byPath whether the route names one object: the condition is not the caller's
    record Question(FindRequest request, Where where, Action action, boolean byPath) {

        /// A condition, which may come from the caller. Asking for a single id alone is a get, as
        /// SDKs have no other; asking for the number alone is a count.
        static Question of(FindRequest request, Where where) {
            Action action =
                    request.count() && request.limit() == 0
                            ? Action.COUNT
                            : isId(where) ? Action.GET : Action.FIND;
            return new Question(request, where, action, false);
        }

        /// The object of a route.
        static Question byId(FindRequest request, String objectId) {
            Where where = new Where.On(OBJECT_ID, new Predicate.Equal(new Value.Text(objectId)));
            return new Question(request, where, Action.GET, true);
        }

        /// Objects that others point to.
        static Question byIds(FindRequest request, List<String> ids) {
            List<Value> values = ids.stream().<Value>map(Value.Text::new).toList();
            Where where = new Where.On(OBJECT_ID, new Predicate.In(values));
            return new Question(request, where, Action.GET, true);
        }

        /// The same with one more condition.
        Question and(Where also) {
            return new Question(request, new Where.And(List.of(where, also)), action, byPath);
        }

        /// The one id that is asked for, if nothing else is.
        Optional<String> objectId() {
            return id(where);
        }

        private static boolean isId(Where where) {
            return id(where).isPresent();
        }

        private static Optional<String> id(Where where) {
            return switch (where) {
                case Where.And(var parts) ->
                        parts.size() == 1 ? id(parts.getFirst()) : Optional.empty();
                case Where.On(var path, Predicate.Equal(Value.Text(var id))) ->
                        path.equals(OBJECT_ID) ? Optional.of(id) : Optional.empty();
                case Where.On _, Where.Or _, Where.Nor _, Where.RelatedTo _ -> Optional.empty();
            };
        }
    }

    /// Whether objects are found with all that their class shows, and nothing besides.
    boolean showsWhole() {
        return request.isPlain() && hidden.isEmpty() && selection.score().isEmpty();
    }

    /// Takes out of an object what is not for the caller.
    void strip(ObjectNode object) {
        hidden.strip(object, caller());
        object.remove(unwanted);
    }
}
