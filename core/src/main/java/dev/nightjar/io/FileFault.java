/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.io;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/**
 * What a person is told of a file that cannot be used; Java's own messages are often the path alone.
 *
 * @since 0.1.0
 */
public final class FileFault {
    private FileFault() {}

    /** The cause in a few words that follow the file's name and a colon, as in {@code there is no such file}. */
    public static String of(IOException fault) {
        if (fault instanceof NoSuchFileException) {
            return "there is no such file";
        }
        if (fault instanceof AccessDeniedException) {
            return "access is denied";
        }
        if (fault instanceof FileAlreadyExistsException || fault instanceof NotDirectoryException) {
            return "it is a file, not a folder";
        }
        if (fault instanceof CharacterCodingException) {
            return "it is neither UTF-8 nor UTF-16 with a mark";
        }
        String reason = fault instanceof FileSystemException system ? system.getReason() : fault.getMessage();
        if ("Is a directory".equals(reason)) {
            return "it is a folder, not a file";
        }
        if ("Not a directory".equals(reason)) {
            return "a part of its path is a file, not a folder";
        }
        return reason == null ? fault.getClass().getSimpleName() : reason;
    }
}
