/**
 * Nightjar's values as JSON: {@link dev.nightjar.json.TweetJson} and its siblings write and read the canonical one-line
 * form, and {@link dev.nightjar.json.XJson} reads what the X API and its archives hold. This package needs jackson-core
 * alone.
 */
@NullMarked
package dev.nightjar.json;

import org.jspecify.annotations.NullMarked;
