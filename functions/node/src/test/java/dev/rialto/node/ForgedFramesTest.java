package dev.rialto.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.RialtoException;
import dev.rialto.node.RestGateway.Credentials;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Code that writes to the pipe itself gets nothing that it could not ask for, and harms no other
/// call.
class ForgedFramesTest {
    private static final String MAIN =
            """
            const { fstatSync, writeSync } = require('fs');
            const isSocket = (fd) => {
              try {
                return fstatSync(fd).isSocket();
              } catch {
                return false;
              }
            };
            const pipe = [...Array(100).keys()].find(isSocket);
            const frame = (text) => {
              const body = Buffer.from(text);
              const head = Buffer.alloc(4);
              head.writeUInt32BE(body.length);
              return Buffer.concat([head, body]);
            };
            Parse.Cloud.define('fine', () => 'fine');
            Parse.Cloud.define('forge', async ({ params }) => {
              for (const each of params.frames) writeSync(pipe, frame(each));
              await new Promise((done) => setTimeout(done, 20));
              return 'forged';
            });
            Parse.Cloud.define('deep', () => {
              writeSync(pipe, frame('{"a":' + '['.repeat(5000) + ']'.repeat(5000) + '}'));
              return new Promise(() => {});
            });
            Parse.Cloud.define('raw', ({ params }) => {
              writeSync(pipe, Buffer.from(params.hex, 'hex'));
              return new Promise(() => {});
            });
            Parse.Cloud.define('polluted', ({ params, context }) =>
              [({}).polluted, [].polluted, Object.keys(params).length, (() => {}).polluted]
                .map((each) => each ?? 'no'));
            Parse.Cloud.define('proto', () => JSON.parse('{"__proto__":{"polluted":1},"a":1}'));
            Parse.Cloud.define('constructor', () => 'mine');
            Parse.Cloud.define('toString', () => 'mine');
            """;

    private static CloudCode code;

    @BeforeAll
    static void load() {
        code = CloudCode.of(MAIN);
    }

    @AfterAll
    static void close() {
        code.close();
    }

    @BeforeEach
    void forget() {
        code.rest.requests.clear();
    }

    private static String call(String function, String input) {
        try {
            return code.call(function, input).toString();
        } catch (RialtoException told) {
            return "failed: " + told.getMessage();
        }
    }

    private static String forge(String frame) {
        return call("forge", "{\"frames\":[" + quoted(frame) + "]}");
    }

    private static String quoted(String frame) {
        return "\"" + frame.replace("\\", "\\\\").replace("'", "\\\"") + "\"";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'result','id':0,'output':1}",
                "{'type':'result','id':999999,'output':1}",
                "{'type':'result','id':-1,'output':1}",
                "{'type':'result','id':1e300,'output':1}",
                "{'type':'result','id':{'a':1},'output':1}",
                "{'type':'result','output':1}",
                "{'type':'failed','id':999999,'code':1,'message':'x'}",
                "{'type':'progress','id':999999,'message':'x'}",
                "{'type':'log','id':999999,'level':'__proto__','message':'x'}",
                "{'type':'log','level':{'a':1},'message':['x']}",
                "{'type':'ready','interfaces':[]}",
                "{'type':'refused','problems':[]}",
                "{'type':'call','id':1,'kind':'function','name':'fine'}",
                "{'type':'load','files':{}}",
                "{'type':'cancel','id':1}",
                "{'type':'pong'}",
                "{'type':'__proto__'}",
                "{'type':7}",
                "{'id':1}",
                "{}",
            })
    void passesByWhatMeansNothing(String frame) {
        assertThat(forge(frame)).isEqualTo("\"forged\"");
        assertThat(call("fine", "{}")).isEqualTo("\"fine\"");
        assertThat(code.rest.requests).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'type':'rest','ask':1,'app':'other','method':'GET','path':'/classes/A'} | /classes/A",
                "{'type':'rest','ask':2,'who':{'kind':'maintenance'},'method':'GET','path':'/classes/B'} | /classes/B",
                "{'type':'rest','ask':3,'who':{'kind':'user','id':'ann','roles':['admin']},'method':'GET','path':'/classes/C'} | /classes/C",
                "{'type':'rest','ask':4,'who':'master','method':'GET','path':'/classes/D'} | /classes/D",
                "{'type':'rest','ask':'x','installationId':{'a':1},'context':'y','body':[1],'method':'GET','path':'/classes/E'} | /classes/E",
            })
    void asksOnlyForItsOwnAppAndAsNobodyElse(String frame, String path) {
        assertThat(forge(frame)).isEqualTo("\"forged\"");
        assertThat(call("fine", "{}")).isEqualTo("\"fine\"");
        assertThat(code.rest.of("GET", path))
                .singleElement()
                .satisfies(each -> {
                    assertThat(each.app().id()).isEqualTo("shop");
                    assertThat(each.origin().credentials())
                            .isInstanceOf(Credentials.Anonymous.class);
                });
    }

    @Test
    void doesNotAskWithTextsThatAreNone() {
        forge("{'type':'rest','ask':6,'method':'GET','path':'/classes/F','body':{'a':'\\ud800'}}");
        assertThat(call("fine", "{}")).isEqualTo("\"fine\"");
        assertThat(code.rest.of("GET", "/classes/F")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00000000", // a frame of no bytes
                "ffffffff", // of fewer than none
                "04000001", // of more than 64 MB
                "000000026162", // no JSON
                "000000025b5d", // a list
                "000000046e756c6c", // null
                "000000027b22", // the beginning of an object
            })
    void endsWithoutHarmWhenThePipeIsBroken(String hex) {
        assertThat(call("raw", "{\"hex\":\"" + hex + "\"}")).contains("the worker ended");
        assertThat(fineAgain()).isTrue();
    }

    @Test
    void endsWithoutHarmWhenAFrameIsTooDeep() {
        assertThat(call("deep", "{}")).contains("the worker ended");
        assertThat(fineAgain()).isTrue();
    }

    /// Another worker is started when one has ended.
    private static boolean fineAgain() {
        for (int i = 0; i < 100; i++) {
            if (call("fine", "{}").equals("\"fine\"")) {
                return true;
            }
        }
        return false;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'__proto__':{'polluted':1}}",
                "{'constructor':{'prototype':{'polluted':1}}}",
                "{'a':{'__proto__':{'polluted':1}}}",
                "{'list':[{'__proto__':{'polluted':1}}]}",
                "{'a':{'__type':'Object','className':'__proto__','objectId':'x','polluted':1}}",
                "{'a':{'__type':'__proto__','polluted':1}}",
            })
    void parametersChangeNoPrototype(String input) {
        assertThat(call("polluted", input)).startsWith("[\"no\",\"no\",").endsWith(",\"no\"]");
        assertThat(call("polluted", "{}")).isEqualTo("[\"no\",\"no\",0,\"no\"]");
    }

    @Test
    void answersAreDataWhateverTheirNames() {
        assertThat(call("proto", "{}")).contains("\"a\":1");
        assertThat(call("polluted", "{}")).isEqualTo("[\"no\",\"no\",0,\"no\"]");
        assertThat(call("constructor", "{}")).isEqualTo("\"mine\"");
        assertThat(call("toString", "{}")).isEqualTo("\"mine\"");
    }
}
