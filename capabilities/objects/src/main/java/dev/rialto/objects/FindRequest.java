package dev.rialto.objects;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.NameList;
import dev.rialto.model.QueryParameters;
import dev.rialto.where.SortKey;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The parameters of a query, read from a query string or a JSON body.
///
/// @param where unread condition
/// @param limit the maximum number of objects
/// @param count whether to count all that match
/// @param keys if present, only these fields (dotted ones project included objects)
/// @param excludeKeys not these fields
/// @param include dotted paths of pointers to follow
/// @param includeAll follow every pointer of the class
/// @param explain answer with the database's plan instead of objects
/// @param redirect a pointer field whose class is queried instead
/// @param preferences the read preference, which is only passed to triggers: there is one database
record FindRequest(
        ObjectNode where,
        List<SortKey> order,
        int limit,
        int skip,
        boolean count,
        Optional<List<String>> keys,
        List<String> excludeKeys,
        List<String> include,
        boolean includeAll,
        boolean explain,
        Optional<String> redirect,
        Map<String, String> preferences) {
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_INCLUDES = 200;

    private static final List<String> PREFERENCES =
            List.of("readPreference", "includeReadPreference", "subqueryReadPreference");

    private static final Set<String> KNOWN =
            Set.of(
                    "where",
                    "order",
                    "limit",
                    "skip",
                    "count",
                    "keys",
                    "excludeKeys",
                    "include",
                    "includeAll",
                    "explain",
                    "hint",
                    "comment",
                    "redirectClassNameForKey",
                    "readPreference",
                    "includeReadPreference",
                    "subqueryReadPreference");

    private static final Set<String> KNOWN_FOR_GET =
            Set.of(
                    "keys",
                    "excludeKeys",
                    "include",
                    "includeAll",
                    "readPreference",
                    "includeReadPreference",
                    "subqueryReadPreference");

    /// All objects of a class, like [#read] without parameters.
    static FindRequest all() {
        return new FindRequest(
                Json.object(),
                List.of(),
                DEFAULT_LIMIT,
                0,
                false,
                Optional.empty(),
                List.of(),
                List.of(),
                false,
                false,
                Optional.empty(),
                Map.of());
    }

    /// Whether objects are wanted as they are: all fields, and nothing included.
    boolean isPlain() {
        return keys.isEmpty() && excludeKeys.isEmpty() && include.isEmpty() && !includeAll;
    }

    FindRequest withWhere(ObjectNode condition) {
        return new FindRequest(
                condition,
                order,
                limit,
                skip,
                count,
                keys,
                excludeKeys,
                include,
                includeAll,
                explain,
                redirect,
                preferences);
    }

    /// The same for certain objects, wherever they are in the order.
    FindRequest ofObjects(ObjectNode condition, int max) {
        return new FindRequest(
                condition,
                List.of(),
                max,
                0,
                false,
                keys,
                excludeKeys,
                include,
                includeAll,
                false,
                Optional.empty(),
                preferences);
    }

    FindRequest withoutIncludes() {
        return new FindRequest(
                where,
                order,
                limit,
                skip,
                count,
                keys.map(names -> names.stream().map(FindRequest::root).distinct().toList()),
                excludeKeys.stream().filter(name -> name.indexOf('.') < 0).toList(),
                List.of(),
                false,
                explain,
                redirect,
                preferences);
    }

    private static String root(String path) {
        int dot = path.indexOf('.');
        return dot < 0 ? path : path.substring(0, dot);
    }

    FindRequest withLimit(int max) {
        return new FindRequest(
                where,
                order,
                max,
                skip,
                count,
                keys,
                excludeKeys,
                include,
                includeAll,
                explain,
                redirect,
                preferences);
    }

    FindRequest withOrder(List<SortKey> keys) {
        return new FindRequest(
                where,
                keys,
                limit,
                skip,
                count,
                this.keys,
                excludeKeys,
                include,
                includeAll,
                explain,
                redirect,
                preferences);
    }

    FindRequest withKeys(Optional<List<String>> wanted, List<String> unwanted) {
        return new FindRequest(
                where,
                order,
                limit,
                skip,
                count,
                wanted,
                unwanted,
                include,
                includeAll,
                explain,
                redirect,
                preferences);
    }

    /// The query of another request, with the options of this one.
    FindRequest withQuery(FindRequest other) {
        return new FindRequest(
                other.where,
                other.order,
                other.limit,
                other.skip,
                count,
                other.keys,
                other.excludeKeys,
                other.include,
                other.includeAll,
                explain,
                redirect,
                preferences);
    }

    /// Reads the parameters of a find.
    ///
    /// @throws RialtoException INVALID_QUERY on an unknown parameter or a wrong value
    static FindRequest read(ObjectNode parameters) {
        for (String name : parameters.propertyNames()) {
            if (!KNOWN.contains(name)) {
                throw new RialtoException(
                        ErrorCode.INVALID_QUERY, "Invalid parameter for query: " + name);
            }
        }
        if (parameters.isEmpty()) {
            return all();
        }
        return new FindRequest(
                        QueryParameters.where(parameters.get("where")),
                        SortKey.read(NameList.read(parameters.get("order"), "order")),
                        number(parameters, "limit", DEFAULT_LIMIT),
                        number(parameters, "skip", 0),
                        flag(parameters, "count"),
                        optionalList(parameters, "keys"),
                        list(parameters, "excludeKeys"),
                        includes(parameters),
                        flag(parameters, "includeAll") || list(parameters, "include").contains("*"),
                        QueryParameters.isAsked(parameters.path("explain")),
                        Optional.ofNullable(parameters.get("redirectClassNameForKey"))
                                .map(value -> value.asString("")),
                        preferences(parameters))
                .requireBounded();
    }

    private static Map<String, String> preferences(ObjectNode parameters) {
        Map<String, String> preferences = new LinkedHashMap<>();
        for (String name : PREFERENCES) {
            if (parameters.path(name).isString()) {
                preferences.put(name, parameters.path(name).stringValue());
            }
        }
        return preferences;
    }

    /// Reads the parameters of a get.
    static FindRequest readForGet(ObjectNode parameters) {
        if (parameters.isEmpty()) {
            return all();
        }
        for (String name : parameters.propertyNames()) {
            if (!KNOWN_FOR_GET.contains(name)) {
                throw new RialtoException(ErrorCode.INVALID_QUERY, "Improper encode of parameter");
            }
        }
        return read(parameters);
    }

    private static int number(ObjectNode parameters, String name, int otherwise) {
        JsonNode value = parameters.get(name);
        if (value == null || value.isNull()) {
            return otherwise;
        }
        double number = value.isString() ? parse(value.stringValue()) : value.asDouble(Double.NaN);
        if (number != Math.rint(number) || Double.isInfinite(number) || number < 0) {
            throw new RialtoException(
                    ErrorCode.INVALID_QUERY,
                    "Invalid value for " + name + ": it must be a whole number of 0 or more");
        }
        return (int) Math.min(number, Integer.MAX_VALUE);
    }

    private static double parse(String text) {
        try {
            return Double.parseDouble(text.strip());
        } catch (NumberFormatException notANumber) {
            return Double.NaN;
        }
    }

    private static boolean flag(ObjectNode parameters, String name) {
        JsonNode value = parameters.path(name);
        if (value.isString()) {
            String text = value.stringValue();
            return !(text.isEmpty() || text.equals("0") || text.equals("false"));
        }
        return value.isNumber() ? value.asDouble(0) != 0 : value.asBoolean(false);
    }

    private static Optional<List<String>> optionalList(ObjectNode parameters, String name) {
        return parameters.has(name) ? Optional.of(list(parameters, name)) : Optional.empty();
    }

    private static List<String> list(ObjectNode parameters, String name) {
        return NameList.read(parameters.get(name), name);
    }

    private static List<String> includes(ObjectNode parameters) {
        return list(parameters, "include").stream().filter(p -> !p.equals("*")).toList();
    }

    /// The paths of pointers to follow: those to include, and those that lead to a field which is
    /// to be shown or left out (`kid.name`).
    Set<String> followed() {
        Set<String> paths = new LinkedHashSet<>(include);
        keys.ifPresent(wanted -> addHolders(wanted, paths));
        addHolders(excludeKeys, paths);
        return paths;
    }

    private static void addHolders(List<String> keys, Set<String> into) {
        for (String key : keys) {
            int dot = key.lastIndexOf('.');
            if (dot > 0) {
                into.add(key.substring(0, dot));
            }
        }
    }

    private FindRequest requireBounded() {
        Set<String> paths = followed();
        if (paths.size() > MAX_INCLUDES || paths.stream().anyMatch(p -> depth(p) > 10)) {
            throw new RialtoException(
                    ErrorCode.INVALID_QUERY,
                    "include allows up to " + MAX_INCLUDES + " paths of up to 10 steps");
        }
        return this;
    }

    private static long depth(String path) {
        return path.chars().filter(c -> c == '.').count() + 1;
    }
}
