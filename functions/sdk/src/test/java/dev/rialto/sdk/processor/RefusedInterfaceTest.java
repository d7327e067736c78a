package dev.rialto.sdk.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the processor refuses: with which words, at which line.
class RefusedInterfaceTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    @Interface void one() {} | the interface one is not public: make the method public
                    @Interface public static void one() {} | the interface one is static: make it an instance method
                    @Interface public <T> void one() {} | the interface one has type parameters: name the types
                    @Interface public void one(String text) {} | the interface one takes String: take nothing, a record or a Map<String, Object>
                    @Interface public void one(Map<Integer, String> map) {} | the interface one takes Map<Integer,String>: take nothing, a record or a Map<String, Object>
                    @Interface public void one(Event event) {} | @Interface takes a record of your own, a Map<String, Object> or nothing; Event is for @OnEvent
                    @Interface public void one(Context c, Caller r) {} | the interface one takes too many parameters: at most one input and then a Context; put several values into one record
                    @Interface public void one(Map<String, Object> a, Context c, int more) {} | the interface one takes too many parameters: at most one input and then a Context; put several values into one record
                    @Interface public Thread one() { return null; } | the interface one: its result is a java.lang.Thread, which has no JSON form: use a record, an enum, a sealed interface of records, a list, a map, a String, a number, a boolean or a java.time type
                    @Interface public void one_two() {} | the interface's name "one_two" must be lower-case letters and digits, beginning with a letter, at most 63
                    @Interface("1st") public void one() {} | the interface's name "1st" must be lower-case letters and digits, beginning with a letter, at most 63
                    @Interface(concurrency = -1) public void one() {} | a limit is negative: 0 stands for the default
                    @Interface(status = 204) public void one() {} | the status of success 204 must be 200, 201, 202 or 203
                    @Interface(errors = @Interface.Failure(code = 0, when = "a")) public void one() {} | the error 0 must be positive
                    @Interface(errors = @Interface.Failure(code = 5, when = " ")) public void one() {} | the error 5 must say when it occurs, in at most 500 characters
                    @Interface(errors = {@Interface.Failure(code = 5, when = "a"), @Interface.Failure(code = 5, when = "b")}) public void one() {} | the error 5 is twice
                    @Interface(events = "order paid") public void one() {} | the topic "order paid" must be letters, digits, dots, dashes and underscores, beginning with a letter, e.g. order.paid
                    @Interface(meter = "objects.reads") public void one() {} | the meter "objects.reads" must be lower-case words joined by dashes, e.g. quotes, at most 63 characters
                    @Interface(meter = "a", cost = -1) public void one() {} | the cost -1 must be from 0 to 1000000
                    @Interface(cost = 2) public void one() {} | the cost 2 needs a meter
                    @Interface(since = "a b") public void one() {} | since "a b" must be a version, e.g. 1.2.0
                    @Interface(deprecated = @Interface.Deprecation(value = "", on = "2027-01-31")) public void one() {} | a deprecation must say what to use instead, in at most 500 characters
                    @Interface(deprecated = @Interface.Deprecation(value = "x", on = "31.1.2027")) public void one() {} | the day of deprecation "31.1.2027" must be a day such as 2027-01-31
                    @Interface(deprecated = @Interface.Deprecation(value = "x", sunset = "+12027-01-31")) public void one() {} | the sunset "+12027-01-31" must be a day such as 2027-01-31
                    @Interface(deprecated = @Interface.Deprecation(value = "x", on = "2027-02-01", sunset = "2027-01-31")) public void one() {} | the sunset 2027-01-31 is before the deprecation 2027-02-01
                    @Interface(access = Interface.Access.MASTER) @Endpoint(value = "/a", keyless = true) public void one() {} | an endpoint that is called without keys can't require the master key
                    @Interface(parameters = @Interface.Parameter(name = "a", description = "b")) public void one() {} | only endpoints and cloud functions have parameters
                    @Interface(parameters = @Interface.Parameter(name = "a b", description = "b")) @CloudFunction("a") public void one() {} | "a b" is not a valid name of a parameter
                    @Interface(parameters = @Interface.Parameter(in = Interface.Parameter.Place.HEADER, name = "X-Parse-Master-Key", description = "b")) @CloudFunction("a") public void one() {} | the header "X-Parse-Master-Key" is the server's own
                    @CloudFunction("a/b") public void one() {} | the cloud function's name "a/b" must be letters, digits, dots, dashes and underscores, beginning with a letter or an underscore, at most 255
                    @CloudFunction("a b!") public void one() {} | the cloud function's name "a b!" must be letters, digits, dots, dashes and underscores, beginning with a letter or an underscore, at most 255
                    @CloudFunction("") public void one() {} | the cloud function's name "" must be letters, digits, dots, dashes and underscores, beginning with a letter or an underscore, at most 255
                    @Job("1st") public void one() {} | the job's name "1st" must be letters, digits, dots, dashes and underscores, beginning with a letter or an underscore, at most 255
                    @CloudFunction("a") public void one(Saving saving) {} | @CloudFunction takes a record of your own, a Map<String, Object> or nothing; Saving is for @Trigger(BEFORE_SAVE) and @Trigger(AFTER_SAVE)
                    @Job("a") public void one(HttpRequest request) {} | @Job takes a record of your own, a Map<String, Object> or nothing; HttpRequest is for @Endpoint
                    @Trigger(value = Moment.BEFORE_SAVE, of = "Order") public void one(Deleting it) {} | @Trigger(BEFORE_SAVE) takes a Saving, not Deleting
                    @Trigger(value = Moment.AFTER_FIND, of = "Order") public void one(Map<String, Object> it) {} | @Trigger(AFTER_FIND) takes a Found, not Map
                    @Trigger(value = Moment.BEFORE_FIND, of = "Order") public Entity one() { return null; } | @Trigger(BEFORE_FIND) returns Query or nothing, not Entity
                    @Trigger(value = Moment.AFTER_FIND, of = "Order") public List<Query> one() { return null; } | @Trigger(AFTER_FIND) returns List<Entity> or nothing, not List<Query>
                    @Trigger(value = Moment.AFTER_SAVE, of = "Order") public Entity one(Saving it) { return null; } | @Trigger(AFTER_SAVE) returns nothing, not Entity
                    @Trigger(value = Moment.AFTER_LOGIN, of = "Order") public void one() {} | @Trigger(AFTER_LOGIN) is about users: omit of = "Order"
                    @Trigger(value = Moment.AFTER_SAVE, of = "an order") public void one() {} | the class "an order" must be letters, digits and underscores, e.g. Order
                    @OnChange("Order") public void one(Saving it) {} | @OnChange takes a Change, not Saving
                    @OnChange("") public void one() {} | the class "" must be letters, digits and underscores, e.g. Order
                    @OnEvent("order.paid") public void one(Map<String, Object> it) {} | @OnEvent takes an Event, not Map
                    @OnEvent("order paid") public void one() {} | the topic "order paid" must be letters, digits, dots, dashes and underscores, beginning with a letter, e.g. order.paid
                    @Endpoint("/a") public void one(Change it) {} | @Endpoint takes an HttpRequest, or a record of your own, a Map<String, Object> or nothing; Change is for @OnChange
                    @Endpoint("orders") public void one() {} | the path "orders" does not begin with a /: it must be like /orders/{id}
                    @Endpoint("/orders/") public void one() {} | the path "/orders/" has the part "": it must be like /orders/{id}
                    @Endpoint("/a/../b") public void one() {} | the path "/a/../b" has the part "..": it must be like /orders/{id}
                    @Endpoint("/a/{b") public void one() {} | the path "/a/{b" has the part "{b": it must be like /orders/{id}
                    @Endpoint("/{a}/{a}") public void one() {} | the path "/{a}/{a}" has {a} twice
                    @Endpoint(value = "/a", method = "TRACE") public void one() {} | the method "TRACE" must be GET, POST, PUT, PATCH or DELETE
                    @Endpoint(value = "/a", credentials = "X-Parse-Session-Token") public void one() {} | the header "X-Parse-Session-Token" in credentials must be Authorization or Cookie: other headers are passed to it anyway, and keys never
                    @Schedule("0 3 * *") public void one() {} | the schedule "0 3 * *" has 4 fields, not 5: minute, hour, day of the month, month, day of the week, e.g. "0 3 * * 1-5"
                    @Schedule("0 24 * * *") public void one() {} | the schedule "0 24 * * *" has the hour "24": it must be *, 0 to 23, a range, or one of these with /step
                    @Schedule("5-1 * * * *") public void one() {} | the schedule "5-1 * * * *" has the minute "5-1": it must be *, 0 to 59, a range, or one of these with /step
                    @Schedule("*/0 * * * *") public void one() {} | the schedule "*/0 * * * *" has the minute "*/0": it must be *, 0 to 59, a range, or one of these with /step
                    @Schedule("0 0 * * mo") public void one() {} | the schedule "0 0 * * mo" has the day of the week "mo": it must be *, 0 to 7, a range, or one of these with /step
                    @Schedule(value = "0 3 * * *", zone = "Mars") public void one() {} | there is no time zone "Mars": name one such as Europe/Berlin
                    """)
    void saysWhatIsWrongAtTheMethod(String method, String message) {
        Compiled compiled = InterfaceProcessorTest.inClass("", method);

        assertThat(compiled.errors()).containsExactly("6: " + message);
        assertThat(compiled.interfaces()).isEmpty();
    }

    @Test
    void refusesAScheduleThatTakesInput() {
        assertThat(
                        errors(
                                "public record In(String a) {}",
                                "public record Free(Optional<String> a) {}",
                                "@Schedule(\"0 3 * * *\") public void one(In in) {}",
                                "@Schedule(\"0 3 * * *\") public void two(Free in) {}",
                                "@Schedule(\"0 3 * * *\") public void three(Map<String, Object> in) {}"))
                .containsExactly(
                        "7: @Schedule passes no input: take only a Context instead of Desk.In",
                        "8: @Schedule passes no input: take only a Context instead of Desk.Free",
                        "9: @Schedule passes no input: take only a Context instead of Map");
    }

    @Test
    void refusesTheSecondOfTwoThatAreTheSame() {
        assertThat(
                        errors(
                                "@CloudFunction(\"a\") @Endpoint(\"/x/{id}\") public void one() {}",
                                "@CloudFunction(\"a\") public void two() {}",
                                "@Endpoint(\"/x/{nr}\") public void three() {}",
                                "@Endpoint(value = \"/x/{nr}\", method = \"PUT\") public void"
                                        + " four() {}",
                                "@Interface(\"one\") public void five() {}",
                                "@Job(\"a\") public void six() {}"))
                .containsExactly(
                        "6: com.acme.Desk#one has the cloud function \"a\" already: names must"
                                + " be unique",
                        "7: com.acme.Desk#one has the endpoint GET /x/{} already: another path or"
                                + " method is needed",
                        "9: com.acme.Desk#one has the address desk-one already: give this one"
                                + " another name with @Interface(\"name\")");
    }

    @Test
    void refusesToReadSealedInterfaces() {
        assertThat(
                        errors(
                                "public record In(Shape shape) {}",
                                "public sealed interface Shape {}",
                                "public record Circle() implements Shape {}",
                                "@Interface public Shape one(In in) { return in.shape(); }"))
                .containsExactly(
                        "8: the interface one: Shape is sealed, and JSON does not say which of"
                                + " its types is meant: take a record with a component for each");
    }

    @Test
    void refusesOverloads() {
        assertThat(errors("@Interface public void one() {}", "public void one(int a) {}"))
                .containsExactly(
                        "5: another public method is named one too: interfaces are identified by"
                                + " their method's name, so rename one");
    }

    @Test
    void findsTypesWithoutJsonDeepInside() {
        assertThat(
                        errors(
                                "public record In(List<Optional<Part>> parts) {}",
                                "public record Part(java.net.Socket socket) {}",
                                "@Interface public void one(In in) {}"))
                .singleElement()
                .asString()
                .startsWith("7: the interface one: Part.socket is a java.net.Socket, which has no");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    @Function class Desk { | the function Desk is not public: make the class public
                    @Function public abstract class Desk { | the function Desk is abstract: annotate its subclasses
                    @Function public interface Desk { | the function Desk is not a class: make it one
                    @Function public class Desk { private Desk() {} | the function Desk has no public constructor without parameters, which the server needs: add one
                    @Function public class Desk { public Desk(int a) {} | the function Desk has no public constructor without parameters, which the server needs: add one
                    @Function("Order-Desk") public class Desk { | the function's name "Order-Desk" must be lower-case letters and digits, beginning with a letter, at most 63
                    public class Outer { @Function public class Desk {} | the function Desk is an inner class: make it static
                    """)
    void saysWhatIsWrongWithTheClass(String head, String message) {
        assertThat(Compiled.of("package com.acme;\nimport dev.rialto.sdk.*;\n" + head + "}"))
                .extracting(Compiled::errors)
                .isEqualTo(List.of("3: " + message));
    }

    @Test
    void refusesInterfacesOutsideOfFunctions() {
        assertThat(
                        Compiled.of(
                                        """
                                        package com.acme;
                                        public class Plain {
                                            @dev.rialto.sdk.Job("a") public void one() {}
                                        }
                                        """)
                                .errors())
                .containsExactly(
                        "3: one has @Job, but Plain is not a function: annotate the class with"
                                + " @Function");
    }

    private static List<String> errors(String... lines) {
        return InterfaceProcessorTest.inClass(lines).errors();
    }
}
