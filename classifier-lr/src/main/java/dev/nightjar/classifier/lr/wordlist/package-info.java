/**
 * Logistic regression over the frequencies of listed words, as a teaching pipeline on Kafka, Spark and HBase trains and
 * stores it: {@link dev.nightjar.classifier.lr.wordlist.WordListModel} reads and writes its {@code model.json} and word
 * list. {@link dev.nightjar.classifier.lr.wordlist.WordListClassifierConfig} opens them as a classifier.
 */
@NullMarked
package dev.nightjar.classifier.lr.wordlist;

import org.jspecify.annotations.NullMarked;
