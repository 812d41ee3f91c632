#!/bin/sh
# Runs all tests of core that touch Kafka with each Kafka that is named, clients and broker, and prints a table. All run the
# same class files, compiled against the version in the root pom, and Spark's connector of that pom.
#
#   core/src/test/kafka-matrix.sh [VERSION ...]
set -eu
cd "$(dirname "$0")/../../.."
[ $# -gt 0 ] || set -- 3.9.2 4.4.0
./mvnw -q -B -pl core test-compile
echo '| Kafka | tests | failed | skipped |'
echo '|---|---|---|---|'
failed=0
for version; do
    reports=core/target/failsafe-reports/kafka-$version
    rm -rf "$reports"
    ./mvnw -q -B -pl core -Pkafka-matrix -Dversion.kafka.other="$version" \
        failsafe:integration-test@other-kafka failsafe:verify@other-kafka > "core/target/kafka-$version.log" 2>&1 || failed=1
    count() {
        sed -n "s|.*<$1>\([0-9]*\)</$1>.*|\1|p" "$reports/failsafe-summary.xml"
    }
    echo "| $version | $(count completed) | $(($(count failures) + $(count errors))) | $(count skipped) |"
done
exit $failed
