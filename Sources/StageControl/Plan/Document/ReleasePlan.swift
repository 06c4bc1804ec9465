public import ReleaseModel
import StrictJSON

/// How one version of a model is released: in which stages, to whom, watched by what, stopped by what.
///
/// A plan is an immutable value. What people approve is its ``digest``, which covers every field; another plan is
/// another value with another digest. The names of fields are those of the document, so `spec.stages[2].bake.min` is
/// `plan.spec.stages[2].bake?.min` here.
///
/// A value of this type is well-formed. Whether it is a good plan, ``PlanLint`` says; only one without its errors
/// should be approved.
public struct ReleasePlan: Hashable, Sendable {
    /// The form of the document. Within one version no default ever changes, and a field that comes later means
    /// nothing where it is left out; anything else is another version.
    public enum Version: String, CaseIterable, Hashable, Sendable {
        case v1alpha1 = "sluice.dev/v1alpha1"
    }

    /// What the plan is called.
    public let metadata: Metadata
    /// What the plan says.
    public let spec: Spec

    /// A plan with all its fields.
    public init(metadata: Metadata, spec: Spec) {
        self.metadata = metadata
        self.spec = spec
    }

    /// What a plan is called, and words for those who look for it.
    public struct Metadata: Hashable, Sendable {
        /// The name of the plan.
        public let name: Name
        /// Words that mean nothing to Sluice, at most ``PlanLimits/listed``.
        public let labels: [Name: String]

        /// A name and labels.
        public init(name: Name, labels: [Name: String] = [:]) {
            self.name = name
            self.labels = labels
        }
    }
}

extension ReleasePlan {
    private enum Kind: String, CaseIterable {
        case releasePlan = "ReleasePlan"
    }

    /// The document. Its first two fields say what it is, and are the same in every plan.
    static let form = Form<ReleasePlan>.object(
        { _, _, metadata, spec in ReleasePlan(metadata: metadata, spec: spec) },
        Field("apiVersion", { _ in Version.v1alpha1 }, .word()),
        Field("kind", { _ in Kind.releasePlan }, .word()),
        Field("metadata", \.metadata, Metadata.form),
        Field("spec", \.spec, Spec.form))
}

extension ReleasePlan.Metadata {
    static let form = Form<Self>.object(
        Self.init,
        Field("name", \.name, .name, opens: .neutral),
        Field("labels", \.labels, .map(from: .name, to: .words), default: [:], opens: .neutral))
}
