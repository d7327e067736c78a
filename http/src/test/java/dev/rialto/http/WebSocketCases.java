package dev.rialto.http;

import static dev.rialto.http.WebSocketCase.BINARY;
import static dev.rialto.http.WebSocketCase.CLOSE;
import static dev.rialto.http.WebSocketCase.LAST;
import static dev.rialto.http.WebSocketCase.MORE;
import static dev.rialto.http.WebSocketCase.PING;
import static dev.rialto.http.WebSocketCase.PONG;
import static dev.rialto.http.WebSocketCase.TEXT;
import static dev.rialto.http.WebSocketCase.TEXT_BEGIN;
import static dev.rialto.http.WebSocketCase.closes;
import static dev.rialto.http.WebSocketCase.code;
import static dev.rialto.http.WebSocketCase.fails;
import static dev.rialto.http.WebSocketCase.failsEarly;
import static dev.rialto.http.WebSocketCase.fragments;
import static dev.rialto.http.WebSocketCase.frame;
import static dev.rialto.http.WebSocketCase.hex;
import static dev.rialto.http.WebSocketCase.join;
import static dev.rialto.http.WebSocketCase.odd;
import static dev.rialto.http.WebSocketCase.utf8;
import static dev.rialto.http.WebSocketCase.works;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What RFC 6455 says about frames, as talks, in the categories of the Autobahn test suite. Of its
/// categories 12 and 13 (compression) nothing is left but that it is not agreed to.
final class WebSocketCases {
    /// The longest message that the endpoint takes.
    static final int LIMIT = 1 << 20;

    private WebSocketCases() {}

    static Stream<WebSocketCase> all() {
        return Stream.of(
                        framing(),
                        lengths(),
                        masks(),
                        pings(),
                        reservedBits(),
                        opcodes(),
                        fragmentation(),
                        validUtf8(),
                        invalidUtf8(),
                        earlyFailures(),
                        closing(),
                        closeCodes(),
                        closeReasons(),
                        limits())
                .flatMap(each -> each);
    }

    private static Stream<WebSocketCase> framing() {
        return IntStream.of(
                        0, 1, 2, 124, 125, 126, 127, 128, 255, 256, 65_534, 65_535, 65_536, 65_537)
                .mapToObj(size -> {
                    var text = "*".repeat(size);
                    return works("1 text of " + size + " bytes", frame(TEXT, text), "text " + text);
                });
    }

    /// Section 5.2: a length has the shortest form, and its highest bit is 0.
    private static Stream<WebSocketCase> lengths() {
        return Stream.of(
                fails("5.2 length 0 in 16 bits", 1002, odd("81 fe 0000", "")),
                fails("5.2 length 5 in 16 bits", 1002, odd("81 fe 0005", "hello")),
                fails("5.2 length 125 in 16 bits", 1002, odd("81 fe 007d", "*".repeat(125))),
                fails("5.2 length 5 in 64 bits", 1002, odd("81 ff 0000000000000005", "hello")),
                fails(
                        "5.2 length 126 in 64 bits",
                        1002,
                        odd("81 ff 000000000000007e", "*".repeat(126))),
                fails(
                        "5.2 length 65535 in 64 bits",
                        1002,
                        odd("81 ff 000000000000ffff", "*".repeat(65_535))),
                fails("5.2 length 2^63", 1002, odd("81 ff 8000000000000000", "")),
                fails("5.2 length 2^64 - 1", 1002, odd("81 ff ffffffffffffffff", "")),
                fails("5.2 ping, length 5 in 16 bits", 1002, odd("89 fe 0005", "hello")),
                fails("5.2 ping, length 2^64 - 1", 1002, odd("89 ff ffffffffffffffff", "")),
                fails(
                        "5.2 close, length 2 in 64 bits",
                        1002,
                        odd("88 ff 0000000000000002", "\u0003a")),
                failsEarly("5.2 length 2^63 - 1", 1009, odd("81 ff 7fffffffffffffff", "*")));
    }

    /// Section 5.3.
    private static Stream<WebSocketCase> masks() {
        var text = "Masks, of each remainder by four: é世😀";
        var valid =
                Stream.of("00000000", "ffffffff", "01020304", "00ff00ff", "80000001", "37fa213d")
                        .flatMap(mask ->
                                IntStream.rangeClosed(5, 9)
                                        .mapToObj(size ->
                                                works(
                                                        "5.3 mask "
                                                                + mask
                                                                + ", fragments of "
                                                                + size,
                                                        frame(TEXT, hex(mask), utf8(text)),
                                                        "text " + text,
                                                        fragments(utf8(text), size),
                                                        "text " + text)));
        var invalid =
                Stream.of(
                        fails("5.3 text without a mask", 1002, hex("81 05 68656c6c6f")),
                        fails("5.3 empty text without a mask", 1002, hex("81 00")),
                        fails("5.3 ping without a mask", 1002, hex("89 00")),
                        fails("5.3 pong without a mask", 1002, hex("8a 01 61")),
                        fails("5.3 close without a mask", 1002, hex("88 02 03e8")),
                        fails(
                                "5.3 long text without a mask",
                                1002,
                                join(hex("81 7e 0080"), utf8("*".repeat(128)))),
                        fails(
                                "5.3 continuation without a mask",
                                1002,
                                frame(TEXT_BEGIN, "a"),
                                hex("80 01 61")));
        return Stream.concat(valid, invalid);
    }

    private static Stream<WebSocketCase> pings() {
        var binary = hex("00 ff fe fd fc fb 00 ff");
        return Stream.of(
                works("2 ping without payload", frame(PING, ""), "pong "),
                works("2 ping with text", frame(PING, "Hello, world!"), "pong Hello, world!"),
                works(
                        "2 ping with bytes",
                        frame(PING, binary),
                        "pong " + new String(binary, StandardCharsets.UTF_8)),
                works(
                        "2 ping of 125 bytes",
                        frame(PING, "*".repeat(125)),
                        "pong " + "*".repeat(125)),
                fails("2 ping of 126 bytes", 1002, frame(PING, "*".repeat(126))),
                fails("2 ping of 65536 bytes", 1002, frame(PING, "*".repeat(65_536))),
                works(
                        "2 ping byte by byte",
                        chopped(frame(PING, "*".repeat(125)), 1, "pong " + "*".repeat(125))),
                works("2 unsolicited pong", frame(PONG, "")),
                works("2 unsolicited pong with payload", frame(PONG, "unsolicited")),
                works(
                        "2 unsolicited pong, then a ping",
                        frame(PONG, "unsolicited"),
                        frame(PING, "a"),
                        "pong a"),
                works(
                        "2 pings in turn",
                        times(10, i -> new Object[] {frame(PING, "p" + i), "pong p" + i})),
                works(
                        "2 ping in each gap between messages",
                        times(
                                10,
                                i ->
                                        new Object[] {
                                            frame(TEXT, "t" + i),
                                            "text t" + i,
                                            frame(PING, "p" + i),
                                            "pong p" + i
                                        })),
                fails("2 pong of 126 bytes", 1002, frame(PONG, "*".repeat(126))),
                fails("2 ping that is not the last fragment", 1002, frame(0x09, "a")),
                fails("2 pong that is not the last fragment", 1002, frame(0x0a, "a")));
    }

    /// No extension is agreed to, so each reserved bit is an error, in each kind of frame.
    private static Stream<WebSocketCase> reservedBits() {
        var alone =
                IntStream.of(TEXT, BINARY, PING, PONG, CLOSE, TEXT_BEGIN)
                        .boxed()
                        .flatMap(first ->
                                IntStream.rangeClosed(1, 7)
                                        .mapToObj(bits ->
                                                fails(
                                                        "3 reserved bits "
                                                                + bits
                                                                + " of "
                                                                + Integer.toHexString(first),
                                                        1002,
                                                        frame(
                                                                first | bits << 4,
                                                                first == CLOSE
                                                                        ? code(1000)
                                                                        : utf8("a")))));
        var later =
                Stream.of(
                        fails(
                                "3 reserved bit after a message",
                                1002,
                                frame(TEXT, "a"),
                                "text a",
                                frame(0xc1, "b"),
                                frame(PING, "")),
                        fails(
                                "3 reserved bit of a continuation",
                                1002,
                                frame(TEXT_BEGIN, "a"),
                                frame(0xc0, "b")),
                        fails("3 reserved bit byte by byte", 1002, chopped(frame(0xa1, "a"), 1)));
        return Stream.concat(alone, later);
    }

    private static Stream<WebSocketCase> opcodes() {
        return IntStream.of(3, 4, 5, 6, 7, 0xb, 0xc, 0xd, 0xe, 0xf)
                .boxed()
                .flatMap(opcode ->
                        Stream.of(
                                fails("4 opcode " + opcode, 1002, frame(0x80 | opcode, "")),
                                fails(
                                        "4 opcode " + opcode + " with payload",
                                        1002,
                                        frame(0x80 | opcode, "a")),
                                fails("4 opcode " + opcode + " not last", 1002, frame(opcode, "a")),
                                fails(
                                        "4 opcode " + opcode + " after a message",
                                        1002,
                                        frame(TEXT, "a"),
                                        "text a",
                                        frame(0x80 | opcode, "b"),
                                        frame(PING, "")),
                                fails(
                                        "4 opcode " + opcode + " within a message",
                                        1002,
                                        frame(TEXT_BEGIN, "a"),
                                        frame(0x80 | opcode, "b"))));
    }

    private static Stream<WebSocketCase> fragmentation() {
        return Stream.of(
                works(
                        "5 two fragments",
                        frame(TEXT_BEGIN, "frag"),
                        frame(LAST, "ment"),
                        "text fragment"),
                works(
                        "5 three fragments",
                        frame(TEXT_BEGIN, "a"),
                        frame(MORE, "b"),
                        frame(LAST, "c"),
                        "text abc"),
                works(
                        "5 empty fragments",
                        frame(TEXT_BEGIN, ""),
                        frame(MORE, ""),
                        frame(LAST, ""),
                        "text "),
                works(
                        "5 empty fragments around one",
                        frame(TEXT_BEGIN, ""),
                        frame(MORE, "middle"),
                        frame(LAST, ""),
                        "text middle"),
                works(
                        "5 ping between fragments",
                        frame(TEXT_BEGIN, "a"),
                        frame(PING, "p"),
                        "pong p",
                        frame(LAST, "b"),
                        "text ab"),
                works(
                        "5 ping and fragments in one write",
                        join(frame(TEXT_BEGIN, "a"), frame(PING, "p"), frame(LAST, "b")),
                        "pong p",
                        "text ab"),
                works(
                        "5 pong between fragments",
                        frame(TEXT_BEGIN, "a"),
                        frame(PONG, "p"),
                        frame(LAST, "b"),
                        "text ab"),
                works(
                        "5 ping between all of five fragments",
                        frame(TEXT_BEGIN, "a"),
                        times(
                                4,
                                i ->
                                        new Object[] {
                                            frame(PING, "p" + i),
                                            "pong p" + i,
                                            frame(i == 3 ? LAST : MORE, "b")
                                        }),
                        "text abbbb"),
                works(
                        "5 fragments byte by byte",
                        chopped(
                                join(frame(TEXT_BEGIN, "a"), frame(PING, "p"), frame(LAST, "b")),
                                1,
                                "pong p",
                                "text ab")),
                works(
                        "5 code points split over fragments of one byte",
                        fragments(utf8("é世😀"), 1),
                        "text é世😀"),
                works(
                        "5 message after a fragmented one",
                        fragments(utf8("abc"), 1),
                        "text abc",
                        frame(TEXT, "d"),
                        "text d"),
                closes5("5 close between fragments"),
                fails("5 text within a message", 1002, frame(TEXT_BEGIN, "a"), frame(TEXT, "b")),
                fails(
                        "5 beginning within a message",
                        1002,
                        frame(TEXT_BEGIN, "a"),
                        frame(TEXT_BEGIN, "b")),
                fails(
                        "5 binary within a message",
                        1002,
                        frame(TEXT_BEGIN, "a"),
                        frame(BINARY, "b")),
                fails("5 last of nothing", 1002, frame(LAST, "a")),
                fails("5 continuation of nothing", 1002, frame(MORE, "a")),
                fails("5 empty continuation of nothing", 1002, frame(LAST, "")),
                fails(
                        "5 continuation after a whole message",
                        1002,
                        frame(TEXT, "a"),
                        "text a",
                        frame(LAST, "b")),
                fails(
                        "5 continuation after a fragmented message",
                        1002,
                        fragments(utf8("ab"), 1),
                        "text ab",
                        frame(MORE, "c")),
                fails(
                        "5 continuation of nothing, byte by byte",
                        1002,
                        chopped(frame(MORE, "a"), 1)),
                fails("5 binary", 1003, frame(BINARY, "a")),
                fails("5 empty binary", 1003, frame(BINARY, "")),
                fails("5 binary in fragments", 1003, frame(0x02, "a")),
                fails("5 close that is not the last fragment", 1002, frame(0x08, code(1000))));
    }

    private static WebSocketCase closes5(String name) {
        return new WebSocketCase(
                name,
                List.of(frame(TEXT_BEGIN, "a"), frame(CLOSE, code(1001)), "close 1001 ", "gone"));
    }

    private static Stream<WebSocketCase> validUtf8() {
        return Stream.of(
                        "",
                        "Hello-µ@ßöäüàá-UTF-8!!",
                        "κόσμε",
                        "\0",
                        "\u007f",
                        "\u0080",
                        "\u07ff",
                        "\u0800",
                        "\ud7ff",
                        "\ue000",
                        "\ufeff",
                        "\ufffd",
                        "\ufffe",
                        "\uffff",
                        "\ud800\udc00",
                        "\udbff\udfff",
                        "\udbff\udffe",
                        "\ud83f\udffe")
                .flatMap(text -> {
                    var name =
                            "6 "
                                    + text.codePoints()
                                            .mapToObj(Integer::toHexString)
                                            .limit(6)
                                            .toList();
                    return Stream.of(
                            works(name, frame(TEXT, text), "text " + text),
                            works(
                                    name + " in fragments of one byte",
                                    frame(TEXT_BEGIN, ""),
                                    join(
                                            utf8(text).length == 0
                                                    ? frame(LAST, "")
                                                    : continued(utf8(text))),
                                    "text " + text),
                            works(
                                    name + " byte by byte",
                                    chopped(frame(TEXT, text), 1, "text " + text)));
                });
    }

    private static byte[] continued(byte[] bytes) {
        var frames = fragments(bytes, 1);
        frames[0] &= (byte) ~TEXT_BEGIN;
        return frames;
    }

    private static final List<String> INVALID =
            List.of(
                    "80",
                    "bf",
                    "80bf",
                    "80bf80bf80bf", // continuation bytes alone
                    "c0",
                    "c1",
                    "c080",
                    "c1bf",
                    "c0af", // two bytes for what one would do
                    "c2",
                    "df",
                    "c220",
                    "c2c2",
                    "dfc0", // cut off
                    "e0",
                    "e08080",
                    "e09fbf",
                    "e080af", // three bytes for what two would do
                    "e180",
                    "e1",
                    "efbf",
                    "e1c0",
                    "e18020",
                    "ef8f", // cut off
                    "eda080",
                    "edad7f",
                    "edafbf",
                    "edb080",
                    "edbfbf",
                    "eda080edb080", // surrogates
                    "f0808080",
                    "f08fbfbf",
                    "f08080af", // four bytes for what three would do
                    "f1",
                    "f180",
                    "f18080",
                    "f1808020",
                    "f0c0",
                    "f48f", // cut off
                    "f4908080",
                    "f5808080",
                    "f7bfbfbf", // after U+10FFFF
                    "f888808080",
                    "fbbfbfbfbf",
                    "fc8480808080",
                    "fdbfbfbfbfbf", // five and six bytes
                    "fe",
                    "ff",
                    "fefeffff",
                    "cebae1bdb9cf83cebcceb5eda080656469746564",
                    "48656c6c6fc328");

    private static Stream<WebSocketCase> invalidUtf8() {
        return INVALID.stream()
                .flatMap(bytes ->
                        Stream.of(
                                fails("6 " + bytes, 1007, frame(TEXT, hex(bytes))),
                                fails(
                                        "6 " + bytes + " within text",
                                        1007,
                                        frame(
                                                TEXT,
                                                join(utf8("before "), hex(bytes), utf8(" after")))),
                                fails(
                                        "6 " + bytes + " in the last fragment",
                                        1007,
                                        frame(TEXT_BEGIN, "a"),
                                        frame(LAST, hex(bytes)))));
    }

    /// Invalid however it goes on, so the server does not wait for that.
    private static Stream<WebSocketCase> earlyFailures() {
        var fragments =
                Stream.of(
                                "80", "c080", "c220", "e08080", "eda080", "f08080", "f490", "f5",
                                "ff", "c3a9ff")
                        .flatMap(bytes ->
                                Stream.of(
                                        fails(
                                                "6 early: fragment " + bytes,
                                                1007,
                                                frame(TEXT_BEGIN, hex(bytes))),
                                        failsEarly(
                                                "6 early: part of a frame with " + bytes,
                                                1007,
                                                start(1000, join(utf8("before"), hex(bytes)))),
                                        fails(
                                                "6 early: one byte in each fragment of " + bytes,
                                                1007,
                                                frame(TEXT_BEGIN, "a"),
                                                frame(MORE, Arrays.copyOf(hex(bytes), 1)),
                                                frame(
                                                        MORE,
                                                        Arrays.copyOfRange(
                                                                hex(bytes),
                                                                1,
                                                                hex(bytes).length)))));
        return Stream.concat(
                fragments,
                Stream.of(
                        failsEarly(
                                "6 early: far into a message",
                                1007,
                                start(LIMIT, join(utf8("世".repeat(100_000)), hex("c0"))))));
    }

    /// The first bytes of a text frame that announces more.
    private static byte[] start(int length, byte[] sent) {
        var whole = frame(TEXT, Arrays.copyOf(sent, length));
        return Arrays.copyOf(whole, whole.length - length + sent.length);
    }

    private static Stream<WebSocketCase> closing() {
        return Stream.of(
                closes("7 close without a code", 1000, new byte[0]),
                closes("7 close with a code", 1000, code(1000)),
                fails("7 close with half a code", 1002, frame(CLOSE, hex("03"))),
                fails("7 close of 126 bytes", 1002, frame(CLOSE, code(1000, "*".repeat(124)))),
                new WebSocketCase(
                        "7 message, then close",
                        List.of(
                                join(frame(TEXT, "a"), frame(CLOSE, code(1000))),
                                "text a",
                                "close 1000 ",
                                "gone")),
                new WebSocketCase(
                        "7 100 messages, then close in one write",
                        Stream.concat(
                                        Stream.concat(
                                                Stream.<Object>of(
                                                        join(
                                                                join(
                                                                        IntStream.range(0, 100)
                                                                                .mapToObj(i ->
                                                                                        frame(
                                                                                                TEXT,
                                                                                                "m"
                                                                                                        + i))
                                                                                .toArray(
                                                                                        byte[][]
                                                                                                ::new)),
                                                                frame(CLOSE, code(1000)))),
                                                IntStream.range(0, 100)
                                                        .<Object>mapToObj(i -> "text m" + i)),
                                        Stream.of("close 1000 ", "gone"))
                                .toList()),
                new WebSocketCase(
                        "7 ping, then close",
                        List.of(
                                join(frame(PING, "p"), frame(CLOSE, code(1000))),
                                "pong p",
                                "close 1000 ",
                                "gone")),
                new WebSocketCase(
                        "7 two closes",
                        List.of(
                                join(frame(CLOSE, code(1000)), frame(CLOSE, code(1000))),
                                "close 1000 ",
                                "gone")),
                new WebSocketCase(
                        "7 ping after close",
                        List.of(
                                join(frame(CLOSE, code(1000)), frame(PING, "p")),
                                "close 1000 ",
                                "gone")),
                new WebSocketCase(
                        "7 message after close",
                        List.of(
                                join(frame(CLOSE, code(1000)), frame(TEXT, "a")),
                                "close 1000 ",
                                "gone")),
                new WebSocketCase(
                        "7 continuation after close",
                        List.of(
                                join(
                                        frame(TEXT_BEGIN, "a"),
                                        frame(CLOSE, code(1000)),
                                        frame(LAST, "b")),
                                "close 1000 ",
                                "gone")),
                new WebSocketCase(
                        "7 the server begins to close",
                        List.of(
                                frame(TEXT, "end"),
                                "text bye",
                                "close 4001 told to",
                                frame(CLOSE, code(4001)),
                                "gone")),
                new WebSocketCase(
                        "7 messages after the server's close",
                        List.of(
                                frame(TEXT, "end"),
                                "text bye",
                                "close 4001 told to",
                                frame(TEXT, "late"),
                                frame(PING, "late"),
                                frame(CLOSE, code(1000)),
                                "gone")),
                fails("7 the conversation fails", 1011, frame(TEXT, "fail")));
    }

    private static Stream<WebSocketCase> closeCodes() {
        var valid =
                IntStream.of(
                        1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014,
                        3000, 3999, 4000, 4999);
        var invalid =
                IntStream.of(
                        0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 32_768,
                        65_535);
        return Stream.concat(
                valid.boxed()
                        .flatMap(code ->
                                Stream.of(
                                        closes("7 code " + code, code, code(code)),
                                        closes(
                                                "7 code " + code + " with a reason",
                                                code,
                                                code(code, "reason é")))),
                invalid.boxed()
                        .flatMap(code ->
                                Stream.of(
                                        fails("7 code " + code, 1002, frame(CLOSE, code(code))),
                                        fails(
                                                "7 code " + code + " with a reason",
                                                1002,
                                                frame(CLOSE, code(code, "reason"))))));
    }

    private static Stream<WebSocketCase> closeReasons() {
        return Stream.concat(
                Stream.of("a", "*".repeat(123), "é".repeat(61), "\ud83d\ude00".repeat(30))
                        .map(reason ->
                                closes("7 reason of " + reason.length(), 1000, code(1000, reason))),
                INVALID.stream()
                        .map(bytes ->
                                fails(
                                        "7 reason " + bytes,
                                        1007,
                                        frame(CLOSE, join(code(1000), hex(bytes))))));
    }

    private static Stream<WebSocketCase> limits() {
        var longest = "x".repeat(LIMIT);
        var sizes =
                IntStream.of(1 << 16, 1 << 18, LIMIT)
                        .boxed()
                        .flatMap(size -> {
                            var text = longest.substring(0, size);
                            return Stream.concat(
                                    Stream.of(
                                            works(
                                                    "9 message of " + size,
                                                    frame(TEXT, text),
                                                    "text " + text)),
                                    IntStream.of(256, 4096, 65_536)
                                            .mapToObj(part ->
                                                    works(
                                                            "9 message of "
                                                                    + size
                                                                    + " in fragments of "
                                                                    + part,
                                                            fragments(utf8(text), part),
                                                            "text " + text)));
                        });
        return Stream.concat(
                sizes,
                Stream.of(
                        works(
                                "9 small chunks of a message",
                                chopped(
                                        frame(TEXT, longest.substring(0, 1 << 18)),
                                        1000,
                                        "text " + longest.substring(0, 1 << 18))),
                        works(
                                "9 100 messages in one write",
                                join(
                                        IntStream.range(0, 100)
                                                .mapToObj(i -> frame(TEXT, "m" + i))
                                                .toArray(byte[][]::new)),
                                IntStream.range(0, 100).mapToObj(i -> "text m" + i).toArray()),
                        works(
                                "9 1000 messages in turn",
                                times(
                                        1000,
                                        i -> new Object[] {frame(TEXT, "m" + i), "text m" + i})),
                        fails(
                                "9 message one longer than the limit",
                                1009,
                                frame(TEXT, longest + "x")),
                        fails(
                                "9 fragments one longer than the limit",
                                1009,
                                frame(TEXT_BEGIN, longest),
                                frame(LAST, "x")),
                        works(
                                "9 the longest, then an empty fragment",
                                frame(TEXT_BEGIN, longest),
                                frame(LAST, ""),
                                "text " + longest),
                        failsEarly(
                                "9 length over the limit, nothing else sent",
                                1009,
                                odd("81 ff 0000000000100001", "")),
                        failsEarly("9 length of 4 GB", 1009, odd("81 ff 0000000100000000", ""))));
    }

    /// Sends bytes in small parts, then hears.
    private static Object[] chopped(byte[] bytes, int size, Object... heard) {
        return Stream.concat(
                        IntStream.iterate(0, at -> at < bytes.length, at -> at + size)
                                .<Object>mapToObj(at ->
                                        Arrays.copyOfRange(
                                                bytes, at, Math.min(bytes.length, at + size))),
                        Stream.of(heard))
                .toArray();
    }

    private static Object[] times(int count, IntFunction<Object[]> steps) {
        return IntStream.range(0, count).mapToObj(steps).flatMap(Stream::of).toArray();
    }
}
