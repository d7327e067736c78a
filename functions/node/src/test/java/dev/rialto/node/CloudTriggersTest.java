package dev.rialto.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.functions.spi.Binding;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.sdk.Moment;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class CloudTriggersTest {
    private static final CloudCode CODE = CloudCode.games();

    @AfterAll
    static void stop() {
        CODE.close();
    }

    @BeforeEach
    void forget() {
        CODE.host.lines.clear();
    }

    @Test
    void changesAnObjectThatIsCreated() {
        var saved =
                CODE.trigger(
                        Moment.BEFORE_SAVE,
                        "Game",
                        """
                        {"object":{"name":"chess","score":1,"junk":2,
                                   "when":{"__type":"Date","iso":"2020-01-01T00:00:00.000Z"},
                                   "ACL":{"*":{"read":true}},
                                   "owner":{"__type":"Pointer","className":"_User","objectId":"u"}},
                         "original":null,
                         "changed":["name","score","junk","when","owner","ACL"]}\
                        """);
        assertThat(saved)
                .isEqualTo(
                        Json.read(
                                """
                                {"name":"chess","score":11,"level":1,"tags":["new"],
                                 "when":{"__type":"Date","iso":"2020-01-01T00:00:00.000Z"},
                                 "ACL":{"*":{"read":true}},
                                 "owner":{"__type":"Pointer","className":"_User","objectId":"u"},
                                 "seen":{"isNew":true,"existed":false,
                                    "dirty":["ACL","junk","level","name","owner","score","when"]}}\
                                """));
    }

    @Test
    void reportsWhatAnUpdateChanges() {
        var saved =
                CODE.trigger(
                        Moment.BEFORE_SAVE,
                        "Game",
                        """
                        {"object":{"objectId":"g","createdAt":"2020-01-01T00:00:00.000Z",
                                   "name":"linked","score":5,"level":3,
                                   "players":{"__type":"Relation","className":"Player"}},
                         "original":{"objectId":"g","createdAt":"2020-01-01T00:00:00.000Z",
                                   "name":"linked","score":4,"level":3,"gone":1,
                                   "players":{"__type":"Relation","className":"Player"}},
                         "changed":["score","gone"]}\
                        """);
        assertThat(saved)
                .isEqualTo(
                        Json.read(
                                """
                                {"objectId":"g","createdAt":"2020-01-01T00:00:00.000Z",
                                 "name":"linked","score":15,"level":3,"tags":["new"],
                                 "players":{"__op":"AddRelation","objects":[
                                    {"__type":"Pointer","className":"Player","objectId":"p1"}]},
                                 "seen":{"isNew":false,"existed":true,"was":4,
                                         "dirty":["gone","score"]}}\
                                """));
    }

    @Test
    void saysNothingOfWhatItLeavesAlone() {
        assertThat(
                        CODE.trigger(
                                        Moment.BEFORE_SAVE,
                                        "Game",
                                        "{'object':{'name':'leave','level':2},'original':null,"
                                                + "'changed':['name','level']}")
                                .isNull())
                .isTrue();
    }

    @Test
    void carriesTheContextFromOneTriggerToTheNext() {
        ObjectNode context = Json.object().put("from", "client");
        note(Moment.BEFORE_SAVE, "{'fresh':false}", context);
        assertThat(context.toString()).isEqualTo("{\"from\":\"client\",\"seen\":[\"before\"]}");
        note(Moment.AFTER_SAVE, "{'objectId':'n'}", context);
        assertThat(CODE.host.lines)
                .contains("info context {\"from\":\"client\",\"seen\":[\"before\"]}");
        note(Moment.BEFORE_SAVE, "{'fresh':true}", context);
        assertThat(context.toString()).isEqualTo("{\"fresh\":true}");
    }

    private static void note(Moment moment, String object, ObjectNode context) {
        CODE.call(
                new Binding.Trigger(moment, "Note"),
                "{'object':" + object + ",'original':null,'changed':['fresh']}",
                CloudCode.ANYBODY,
                Duration.ofSeconds(10),
                context);
    }

    @Test
    void refusesASave() {
        assertThatThrownBy(() ->
                        CODE.trigger(
                                Moment.BEFORE_SAVE,
                                "Game",
                                "{'object':{'name':'cheat'},'original':null,"
                                        + "'changed':['name']}"))
                .isInstanceOf(RialtoException.class)
                .hasMessage("no cheating");
    }

    @Test
    void givesUsersTheirClass() {
        assertThat(
                        CODE.trigger(
                                        Moment.BEFORE_SAVE,
                                        "_User",
                                        "{'object':{'username':'ann'},'original':null,"
                                                + "'changed':['username']}")
                                .path("greeting")
                                .stringValue())
                .isEqualTo("dear ann");
    }

    @Test
    void reportsSavesAndDeletes() {
        String created = "{'object':{'objectId':'g','name':'a'},'original':null,'changed':[]}";
        String updated = "{'object':{'objectId':'g'},'original':{'objectId':'g'},'changed':[]}";
        assertThat(CODE.trigger(Moment.AFTER_SAVE, "Game", created).isNull()).isTrue();
        CODE.trigger(Moment.AFTER_SAVE, "Game", updated);
        assertThat(CODE.host.lines)
                .containsExactly("info saved g false false", "info saved g true true");
        assertThat(
                        CODE.trigger(Moment.BEFORE_DELETE, "Game", "{'object':{'objectId':'g'}}")
                                .isNull())
                .isTrue();
        assertThatThrownBy(() ->
                        CODE.trigger(
                                Moment.BEFORE_DELETE,
                                "Game",
                                "{'object':{'objectId':'g','kept':true}}"))
                .hasMessage("kept");
        CODE.trigger(Moment.AFTER_DELETE, "Game", "{'object':{'objectId':'g'}}");
    }

    @Test
    void changesQueries() {
        String query =
                "{'query':{'className':'Game','where':{'a':{'$gt':1}},'order':['a'],'include':[],"
                        + "'keys':['a','b'],'skip':3,'limit':100},'single':false}";
        assertThat(CODE.trigger(Moment.BEFORE_FIND, "Game", query))
                .isEqualTo(
                        RememberingDoor.object(
                                "{'className':'Game','where':{'a':{'$gt':1},'visible':true},"
                                        + "'order':['-score'],'include':['owner'],"
                                        + "'keys':['a','b'],'skip':3,'limit':7}"));
        assertThat(
                        CODE.trigger(
                                        Moment.BEFORE_FIND,
                                        "Other",
                                        "{'query':{'className':'Other','where':{}},'single':true}")
                                .path("where")
                                .toString())
                .isEqualTo("{\"a\":1}");
    }

    @Test
    void findsUsersWithoutFindingTheCaller() {
        CODE.rest.requests.clear();
        CODE.call(
                new dev.rialto.functions.spi.Binding.Trigger(Moment.BEFORE_FIND, "_User"),
                "{'query':{'className':'_User','where':{}},'single':true}",
                CloudCode.ANN,
                java.time.Duration.ofSeconds(5));
        assertThat(CODE.rest.requests).isEmpty();
    }

    @Test
    void changesWhatWasFound() {
        assertThat(
                        CODE.trigger(
                                Moment.AFTER_FIND,
                                "Game",
                                """
                                {"className":"Game","objects":[
                                  {"objectId":"a","score":1},
                                  {"objectId":"b","score":2,
                                   "createdAt":"2020-01-01T00:00:00.000Z",
                                   "updatedAt":"2020-01-01T00:00:01.000Z",
                                   "owner":{"__type":"Object","className":"_User","objectId":"u",
                                            "username":"ann"}}]}\
                                """))
                .isEqualTo(
                        Json.read(
                                """
                                [{"objectId":"b","score":2,"rank":4,
                                  "createdAt":"2020-01-01T00:00:00.000Z",
                                  "updatedAt":"2020-01-01T00:00:01.000Z",
                                  "owner":{"__type":"Object","className":"_User","objectId":"u",
                                           "username":"ann"}}]\
                                """));
    }

    @Test
    void reportsLogIns() {
        CODE.trigger(Moment.BEFORE_LOGIN, "_User", "{'user':{'objectId':'u'}}");
        assertThatThrownBy(() ->
                        CODE.trigger(
                                Moment.BEFORE_LOGIN,
                                "_User",
                                "{'user':{'objectId':'u','banned':true}}"))
                .hasMessage("banned");
        CODE.trigger(Moment.AFTER_LOGIN, "_User", "{'user':{'objectId':'u'}}");
        CODE.trigger(Moment.AFTER_LOGOUT, "_Session", "{'user':{'objectId':'u'}}");
        assertThat(CODE.host.lines).containsExactly("info in: u", "info out: u");
    }

    @Test
    void reportsALogOutWhoseSessionIsOver() {
        CODE.rest.requests.clear();
        CODE.call(
                new Binding.Trigger(Moment.AFTER_LOGOUT, "_Session"),
                "{'user':{'objectId':'u'}}",
                CloudCode.ANN,
                Duration.ofSeconds(10));
        assertThat(CODE.rest.requests).isEmpty();
        assertThat(CODE.host.lines).containsExactly("info out: u");
    }

    @Test
    void tellsTheWriterWhatItChangesAfterASave() {
        assertThat(
                        CODE.trigger(
                                Moment.AFTER_SAVE,
                                "Told",
                                "{'object':{'objectId':'t','secret':1,'n':2},'original':null,"
                                        + "'changed':[]}"))
                .isEqualTo(
                        RememberingDoor.object(
                                "{'secret':{'__op':'Delete'},'owner':{'name':'ann','objectId':'o',"
                                        + "'__type':'Object','className':'Owner'}}"));
    }

    @Test
    void findsObjectsInPlaceOfAQuery() {
        String query = "{'query':{'className':'Instead','where':%s},'single':false}";
        assertThat(CODE.trigger(Moment.BEFORE_FIND, "Instead", query.formatted("{}")).toString())
                .isEqualTo("[{\"n\":1},{\"objectId\":\"i\"}]");
        assertThat(
                        CODE.trigger(Moment.BEFORE_FIND, "Instead", query.formatted("{'one':1}"))
                                .toString())
                .isEqualTo("[{\"n\":1}]");
        assertThat(
                        CODE.trigger(
                                        Moment.AFTER_FIND,
                                        "Plain",
                                        "{'className':'Plain','objects':[],'query':{}}")
                                .toString())
                .isEqualTo("[{\"n\":1}]");
    }

    @Test
    void leavesOutWhatAQueryExcludesBesides() {
        for (String already : new String[] {"[]", "['other']"}) {
            String query =
                    "{'query':{'className':'Excluding','where':{},'excludeKeys':%s},'single':false}"
                            .formatted(already);
            assertThat(CODE.trigger(Moment.BEFORE_FIND, "Excluding", query).path("excludeKeys"))
                    .contains(Json.nodes().stringNode("secret"))
                    .hasSize(already.equals("[]") ? 1 : 2);
        }
    }

    @Test
    void tellsTheAppOfARequest() {
        assertThat(
                        CODE.trigger(
                                        Moment.BEFORE_SAVE,
                                        "Configured",
                                        "{'object':{},'original':null,'changed':[]}")
                                .path("app")
                                .asString())
                .isEqualTo("shop");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a.txt | {'name':'a.txt','metadata':{'by':'code'},'tags':{'was':'t','tag':'t'}}",
                "swap.txt | {'name':'other.pdf','contentType':'application/pdf',"
                        + "'metadata':{'size':3},'tags':{},'base64':'BAUG'}",
                "stored.txt | {'name':'there.txt','metadata':{},'tags':{},"
                        + "'url':'https://files.example/there.txt'}",
            })
    void changesWhatIsStoredOfAFile(String name, String stored) {
        assertThat(
                        CODE.trigger(
                                Moment.BEFORE_SAVE,
                                "@File",
                                "{'file':{'__type':'File','name':'"
                                        + name
                                        + "','metadata':{},'tags':{'was':'t'}},'fileSize':3}"))
                .isEqualTo(RememberingDoor.object(stored));
    }

    @Test
    void reportsFilesAndParameters() {
        CODE.trigger(
                Moment.AFTER_SAVE,
                "@File",
                "{'file':{'name':'x','url':'https://x','metadata':{},'tags':{}},'fileSize':null}");
        CODE.trigger(
                Moment.BEFORE_SAVE,
                "@Config",
                "{'object':{'params':{'n':2,'on':{'__type':'Date',"
                        + "'iso':'2020-01-01T00:00:00.000Z'}}},'original':{'params':{'n':1}}}");
        assertThat(CODE.host.lines)
                .containsExactly("info stored https://x null", "info config 1 2 true");
    }
}
