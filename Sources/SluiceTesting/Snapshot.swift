private import Foundation
public import Testing

/// Compares text with a file in `Snapshots/` beside the test, which a person has read and committed.
///
/// `SNAPSHOT_UPDATE=1 swift test` writes the files anew; the change is then read in the diff.
/// A name without an ending gets `.txt`.
public func expectSnapshot(
    _ text: String, _ name: String, file: String = #filePath, location: SourceLocation = #_sourceLocation
) throws {
    let fileName = name.contains(".") ? name : "\(name).txt"
    let folder = URL(filePath: file).deletingLastPathComponent().appending(path: "Snapshots")
    let url = folder.appending(path: fileName)
    if ProcessInfo.processInfo.environment["SNAPSHOT_UPDATE"] != nil {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }
    guard let expected = try? String(contentsOf: url, encoding: .utf8) else {
        Issue.record(
            "Snapshots/\(fileName) is missing; SNAPSHOT_UPDATE=1 writes it, then read it", sourceLocation: location)
        return
    }
    guard text != expected else { return }
    Issue.record(
        "differs from Snapshots/\(fileName): \(firstDifference(text, expected))", sourceLocation: location)
}

/// The first line at which two texts part, with both versions of it.
func firstDifference(_ actual: String, _ expected: String) -> String {
    let actual = actual.split(separator: "\n", omittingEmptySubsequences: false)
    let expected = expected.split(separator: "\n", omittingEmptySubsequences: false)
    for index in 0..<max(actual.count, expected.count) {
        let got = index < actual.count ? "\"\(actual[index])\"" : "nothing"
        let wanted = index < expected.count ? "\"\(expected[index])\"" : "nothing"
        if got != wanted { return "line \(index + 1) is \(got), expected \(wanted)" }
    }
    return "only in its line endings"
}
