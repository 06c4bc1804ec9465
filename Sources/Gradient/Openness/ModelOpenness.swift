public import ReleaseModel

/// Which class of the Model Openness Framework a set of openly licensed components makes up.
///
/// A research paper stands in for the technical report, in every class; Class I asks for the paper itself. Whether a
/// licence is the usual one for code, data or text is not judged: the framework lets that pass with a remark.
public struct ModelOpenness: Hashable, Sendable {
    /// What there is, under open licences.
    public let kinds: Set<ComponentKind>

    /// The openness of these kinds of component.
    public init(of kinds: Set<ComponentKind>) {
        self.kinds = kinds
    }

    /// The openness that an audience has at a moment. What the public has everybody has; ``Audience/internal`` has all
    /// that is not withheld.
    public init(of records: some Sequence<ComponentRecord>, to audience: Audience, at moment: Timestamp) {
        let open = records.filter { record in
            guard let since = record.givenSince, since <= moment else { return false }
            let given = record.component.audience
            guard given == .public || given == audience || audience == .internal else { return false }
            return record.component.licence.map(OpenLicence.isOpen) ?? false
        }
        self.init(of: Set(open.map(\.component.kind)))
    }

    /// The highest class of which nothing is missing; `nil` if even the lowest is incomplete.
    public var openness: ModelOpennessClass? {
        ModelOpennessClass.allCases.last { self.missing(for: $0).isEmpty }
    }

    /// What is missing for a class.
    public func missing(for openness: ModelOpennessClass) -> Set<ComponentKind> {
        self.required(for: openness).subtracting(self.kinds)
    }

    /// How much of a class there is. Nothing counts for a class while the one before it is incomplete.
    public func progress(towards openness: ModelOpennessClass) -> Progress {
        let required = self.required(for: openness)
        let isReached = ModelOpennessClass.allCases.prefix { $0 < openness }.allSatisfy {
            self.missing(for: $0).isEmpty
        }
        return Progress(
            met: isReached ? required.intersection(self.kinds).count : 0, required: required.count)
    }

    /// What a class asks of this model: the paper in the report's place, where there is the one and not the other.
    private func required(for openness: ModelOpennessClass) -> Set<ComponentKind> {
        guard self.kinds.contains(.researchPaper), !self.kinds.contains(.technicalReport) else {
            return openness.required
        }
        return openness.required.subtracting([.technicalReport]).union([.researchPaper])
    }

    /// So many of so many components.
    public struct Progress: Hashable, Sendable {
        /// How many there are.
        public var met: Int
        /// How many are asked for.
        public var required: Int

        /// So many of so many.
        public init(met: Int, required: Int) {
            self.met = met
            self.required = required
        }
    }
}
