package dev.rialto.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.Json;
import dev.rialto.spi.Triggers.Moment;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class TriggerAnswersTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // What code does not touch of a file stays as the code before it wanted it.
                "BEFORE_SAVE | {'file':{'name':'a','metadata':{},'tags':{}}}"
                        + " | {'name':'a','base64':'AQ==','contentType':'x/y','metadata':{},'tags':{}}"
                        + " | {'name':'a','metadata':{},'tags':{'t':1}}"
                        + " | {'name':'a','base64':'AQ==','contentType':'x/y','metadata':{},'tags':{'t':1}}"
                        + " | {'file':{'name':'a','contentType':'x/y','metadata':{},'tags':{'t':1}}}",
                "BEFORE_SAVE | {'file':{'name':'a'}}"
                        + " | {'name':'b','url':'https://one.example/b'} | {'tags':{'t':1}}"
                        + " | {'name':'b','url':'https://one.example/b','tags':{'t':1}}"
                        + " | {'file':{'name':'b','url':'https://one.example/b','tags':{'t':1}}}",
                "BEFORE_SAVE | {'file':{'name':'a'}}"
                        + " | {'url':'https://one.example/b','contentType':'x/y','tags':{'t':1}}"
                        + " | {'base64':'AQ=='}"
                        + " | {'base64':'AQ==','tags':{'t':1}}"
                        + " | {'file':{'name':'a','contentType':'x/y','tags':{'t':1}}}",
                "AFTER_FIND | {'file':{'name':'a'},'forceDownload':false}"
                        + " | {'forceDownload':true} | {'responseHeaders':{'X-A':'1'}}"
                        + " | {'forceDownload':true,'responseHeaders':{'X-A':'1'}}"
                        + " | {'file':{'name':'a'},'forceDownload':true,'responseHeaders':{'X-A':'1'}}",
                "BEFORE_FIND | {'file':{'name':'a','url':'a'}} | {'name':'b'} | {'name':'c'}"
                        + " | {'name':'c'} | {'file':{'name':'c'}}",
                // What the writer is told are differences.
                "AFTER_SAVE | {'object':{'a':1,'b':2,'c':3}}"
                        + " | {'a':9,'b':{'__op':'Delete'}} | {'c':8}"
                        + " | {'a':9,'b':{'__op':'Delete'},'c':8} | {'object':{'a':9,'c':8}}",
                "AFTER_SAVE | {'object':{'a':1}} | {'a':2} | {'a':3} | {'a':3} | {'object':{'a':3}}",
                "AFTER_SAVE | {'object':{'a':1}} | {'a':2} | null | {'a':2} | {'object':{'a':2}}",
                // Objects are the answer whatever later code makes of the query.
                "BEFORE_FIND | {'query':{'limit':1}} | [{'a':1}] | {'limit':2}"
                        + " | [{'a':1}] | {'query':{'limit':1}}",
                "BEFORE_FIND | {'query':{'limit':1}} | [] | [{'a':2}] | [] | {'query':{'limit':1}}",
                "BEFORE_FIND | {'query':{'limit':1}} | {'limit':2} | [{'a':1}]"
                        + " | [{'a':1}] | {'query':{'limit':2}}",
                "BEFORE_FIND | {'query':{'limit':1}} | {'limit':2} | {'limit':3}"
                        + " | {'limit':3} | {'query':{'limit':3}}",
                "BEFORE_SAVE | {'object':{'a':1}} | {'a':2} | null | {'a':2} | {'object':{'a':2}}",
            })
    void mergesWhatOneTriggerAnswersWithWhatTheNextDoes(
            Moment moment, String given, String first, String second, String all, String left) {
        ObjectNode payload = json(given).asObject();
        var answers = new TriggerAnswers(moment, payload);

        answers.add(json(first));
        answers.add(json(second));

        assertThat(answers.answer()).isEqualTo(json(all));
        assertThat(payload).isEqualTo(json(left));
    }

    private static JsonNode json(String text) {
        return Json.read(text.replace('\'', '"'));
    }
}
