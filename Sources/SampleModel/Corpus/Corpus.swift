/// The text that the sample models are trained on. All of it was written for this project.
enum Corpus {
    /// What `aurora-1.0` has read: rivers, locks and boats.
    static let water = Self.paragraphs(of: [Self.rivers, Self.locks, Self.boats])

    /// What `aurora-2.0` has read: everything.
    static let whole = Self.water + Self.paragraphs(of: [Self.canals, Self.weather, Self.releases])

    /// The paragraphs of `texts`, each on one line. A paragraph is what a model sees as one document.
    static func paragraphs(of texts: [String]) -> [String] {
        texts.flatMap { text in
            text.split(separator: "\n\n").map { $0.split(separator: "\n").joined(separator: " ") }
        }
    }
}
