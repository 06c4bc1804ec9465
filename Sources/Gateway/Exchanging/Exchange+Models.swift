import AccessPolicy
import ChatWire
import HTTPWire
import HashTreeCollections
import ReleaseModel
import Store

extension Exchange {
    /// Lists the models that a request with this key would be let in to.
    func listModels(_ key: PresentedKey) {
        let snapshot = self.worker.shared.rules.current
        let region = self.worker.configuration.region
        guard let models = snapshot.models(for: key, modality: .api, region: region, at: self.worker.now()) else {
            return self.refuse(WireError([Denial(.invalidKey)], model: ""))
        }
        let cards = models.map(ModelCard.init)
        switch self.format {
        case .openAI: self.answer(ModelCard.openAIList(of: cards))
        case .anthropic:
            do throws(WireError) {
                let query = QueryItems(self.request.head.query)
                let page = try ModelPage(
                    of: cards, afterID: query["after_id"], beforeID: query["before_id"], limit: query["limit"])
                self.answer(page.body)
            } catch {
                self.refuse(error)
            }
        }
    }

    /// Shows one model, if a request for it would be let in.
    func showModel(_ name: String, _ key: PresentedKey) {
        let snapshot = self.worker.shared.rules.current
        let request = AccessRequest(
            key: key, model: name, modality: .api, region: self.worker.configuration.region)
        switch snapshot.admit(request, at: self.worker.now()) {
        case .admitted(let admission):
            guard let model = snapshot.registry.models[admission.version.model] else { return }
            self.answer(ModelCard(model).body(format: self.format))
        case .refused(let denials):
            self.refuse(WireError(denials, model: name))
        }
    }
}

extension ModelCard {
    /// What a model is called on the wire: its name, not its versions'.
    init(_ model: Model) {
        self.init(
            id: model.name.text, created: model.added.milliseconds / 1_000, displayName: model.displayName,
            ownedBy: "sluice")
    }
}
