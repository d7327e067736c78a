package dev.rialto.where;

import dev.rialto.model.FieldPath;
import dev.rialto.model.Predicate;
import dev.rialto.model.SubQuery;
import dev.rialto.model.Value;
import dev.rialto.model.Where;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// Random conditions on the objects of a [SampleWorld], of every kind that both readers answer.
final class SampleConditions {
    private static final List<String> PATHS =
            List.of(
                    "a",
                    "a",
                    "g",
                    "s",
                    "p",
                    "s",
                    "n",
                    "b",
                    "d",
                    "o",
                    "a",
                    "p",
                    "f",
                    "g",
                    "y",
                    "x",
                    "r",
                    "objectId",
                    "createdAt",
                    "o.a",
                    "o.b",
                    "o.a.b",
                    "o.c.0",
                    "a.0",
                    "a.1.a",
                    "a.a",
                    "a.b.c",
                    "o.a.__type",
                    "p.objectId",
                    "d.iso",
                    "g.latitude",
                    "a.objectId",
                    "s.a",
                    "unknown",
                    "unknown.a");
    private static final List<String> PATTERNS =
            List.of(
                    "a",
                    "^a",
                    "^\\Qa.b\\E",
                    "\\Q.b\\E",
                    "b$",
                    "^.$",
                    "[^a]",
                    "a|z",
                    "\\bc",
                    "^z.y",
                    "\\w+",
                    "(?i)AB",
                    "",
                    "^",
                    "x*",
                    "[\\s\\S]{2}",
                    "y$",
                    "^y");

    private final Random random;

    SampleConditions(Random random) {
        this.random = random;
    }

    Where where(int depth) {
        return switch (random.nextInt(depth > 0 ? 9 : 5)) {
            case 5, 6 -> new Where.And(several(depth));
            case 7 -> new Where.Or(several(depth));
            case 8 -> new Where.Nor(several(depth));
            case 4 ->
                    new Where.RelatedTo(
                            SampleValues.pointer(random, random.nextBoolean() ? "Thing" : "Other"),
                            random.nextInt(5) == 0 ? "p" : "r");
            default -> on(depth);
        };
    }

    private List<Where> several(int depth) {
        return list(3, () -> where(depth - 1));
    }

    private Where on(int depth) {
        String path = SampleValues.pick(PATHS, random);
        return new Where.On(FieldPath.of(path), predicate(path, depth));
    }

    private Predicate predicate(String path, int depth) {
        return predicate(path, depth, random.nextInt(5) > 0 ? fitting(path) : any(depth));
    }

    private int any(int depth) {
        return random.nextInt(depth > 0 ? 23 : 18);
    }

    /// A kind of predicate that may well hold for a value at the path.
    private int fitting(String path) {
        List<Integer> kinds =
                switch (path) {
                    case "s" -> List.of(0, 2, 3, 6, 7, 11, 11, 11);
                    case "g" -> List.of(13, 13, 14, 14, 15, 16, 16);
                    case "y" -> List.of(0, 17, 17, 17);
                    case "a" -> List.of(0, 2, 3, 4, 6, 7, 9, 10, 10, 12);
                    case "p", "r" -> List.of(0, 2, 6, 7);
                    default -> List.of(0, 2, 3, 4, 5, 6, 7, 8);
                };
        return SampleValues.pick(kinds, random);
    }

    private Predicate predicate(String path, int depth, int kind) {
        return switch (kind) {
            case 0, 1 -> new Predicate.Equal(value(path));
            case 2 -> new Predicate.NotEqual(value(path));
            case 3, 4, 5 ->
                    new Predicate.Compare(
                            SampleValues.pick(List.of(Predicate.Comparison.values()), random),
                            value(path));
            case 6 -> new Predicate.In(values(path));
            case 7 -> new Predicate.NotIn(values(path));
            case 8 -> new Predicate.Exists(random.nextBoolean());
            case 9 -> new Predicate.All(values(path));
            case 10 -> new Predicate.ContainedBy(list(12, () -> value(path)));
            case 11 -> regex();
            case 12 -> new Predicate.AllMatching(list(3, this::regex));
            case 13 ->
                    new Predicate.Near(
                            SampleValues.point(random),
                            random.nextInt(4) == 0
                                    ? OptionalDouble.empty()
                                    : OptionalDouble.of(radius()));
            case 14 ->
                    new Predicate.WithinBox(SampleValues.point(random), SampleValues.point(random));
            case 15 -> new Predicate.WithinPolygon(SampleValues.polygon(random).corners());
            case 16 -> new Predicate.WithinSphere(SampleValues.point(random), radius());
            case 17 -> new Predicate.Intersects(SampleValues.point(random));
            case 18 -> new Predicate.InQuery(query(depth));
            case 19 -> new Predicate.NotInQuery(query(depth));
            case 20 -> new Predicate.Select(query(depth), key());
            case 21 -> new Predicate.DontSelect(query(depth), key());
            default -> new Predicate.Not(predicate(path, Math.max(0, depth - 1)));
        };
    }

    private FieldPath key() {
        return FieldPath.of(SampleValues.pick(PATHS, random));
    }

    private double radius() {
        return random.nextInt(3) == 0 ? random.nextInt(5) - 1.0 : random.nextDouble();
    }

    private SubQuery query(int depth) {
        String className =
                SampleValues.pick(List.of("Other", "Other", "Other", "Thing", "Nowhere"), random);
        return new SubQuery(
                className, where(depth - 1), List.of(), OptionalInt.empty(), OptionalInt.empty());
    }

    private Predicate.Regex regex() {
        return new Predicate.Regex(
                SampleValues.pick(PATTERNS, random),
                SampleValues.pick(List.of("", "", "i", "m", "s", "x", "ms"), random));
    }

    private List<Value> values(String path) {
        return list(4, () -> value(path));
    }

    /// Mostly a value of the type that the path has.
    private Value value(String path) {
        if (random.nextInt(4) == 0) {
            return SampleValues.any(random, 2);
        }
        return switch (path) {
            case "objectId" -> new Value.Text("T" + random.nextInt(60));
            case "createdAt" -> SampleValues.date(random);
            case "r" -> SampleValues.pointer(random, "Other");
            default ->
                    SampleValues.FIELDS.contains(path) && !path.equals("a")
                            ? SampleValues.of(path, random)
                            : SampleValues.any(random, 1);
        };
    }

    private <T> List<T> list(int below, Supplier<T> element) {
        return IntStream.range(0, random.nextInt(below)).mapToObj(_ -> element.get()).toList();
    }
}
