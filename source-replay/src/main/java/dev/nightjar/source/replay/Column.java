/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import java.util.List;
import java.util.Locale;

/** What a column of CSV may hold, with the names that others give it, the surest first. */
enum Column {
    ID("id tweetid idstr statusid ids"),
    TEXT("text fulltext tweet tweettext content rawcontent originaltweet message"),
    TIME("createdat date datetime timestamp time tweetcreated tweetat tweetdate"),
    AUTHOR("authorusername username screenname userscreenname user author handle"),
    AUTHOR_ID("authorid userid useridstr"),
    AUTHOR_NAME("authorname userdisplayname displayname"),
    FOLLOWERS("authorpublicmetricsfollowerscount followerscount userfollowerscount userfollowers"),
    LANGUAGE("lang language"),
    SOURCE("source sourcelabel"),
    RETWEETS("publicmetricsretweetcount retweetcount retweets nretweets"),
    REPLIES("publicmetricsreplycount replycount replies nreplies"),
    LIKES("publicmetricslikecount likecount favoritecount likes favorites nlikes"),
    QUOTES("publicmetricsquotecount quotecount"),
    IMPRESSIONS("publicmetricsimpressioncount impressioncount viewcount views"),
    BOOKMARKS("publicmetricsbookmarkcount bookmarkcount"),
    REPLIED_TO("referencedtweetsrepliedtoid inreplytostatusid inreplytotweetid inreplytostatusidstr"),
    RETWEETED("referencedtweetsretweetedid retweetedstatusid"),
    QUOTED("referencedtweetsquotedid quotedstatusid"),
    /** What a classifier should answer, for those who train or measure one. */
    LABEL("label sentiment polarity airlinesentiment emotion target class");

    private final String names;

    Column(String names) {
        this.names = names;
    }

    /** The names, without regard to case and punctuation. */
    List<String> names() {
        return List.of(names.split(" "));
    }

    /** A name of a header as it is compared. */
    static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]", "");
    }
}
