package dev.rialto.pages.spi;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.kernel.App;

/// Shows pages to the users of an app in a browser: in the user's language, with the look that the
/// app's owner has set, and working without JavaScript.
public interface Pages {
    /// A page.
    ///
    /// @param call tells the language: by the parameter `locale`, else by `Accept-Language`
    /// @throws IllegalArgumentException when there is no such page
    Answer show(App app, Call call, Page page);

    /// The language that a user likes best, for messages, which may be in others than pages are: a
    /// tag such as `fr-CA`.
    String language(Call call);

    /// What an app is called on its pages and in messages.
    String appName(App app);
}
