internal import NPUBase
internal import NPUTransport

/// Which model a load asks for, and what is to be said about it.
public struct ModelChoice: Sendable, Hashable {
  /// The name; `nil` where none was given and the service lists none, as servers of one model do.
  public var name: String?
  /// The models that the service lists; empty if it does not say.
  public var listed: [String]
  /// The first of them as they may be shown: the service chose the words.
  var shown: [String] = []

  /// What is wrong with the choice and what to do; `nil` if nothing is.
  public var warning: String? {
    guard let name, !listed.isEmpty, !listed.contains(name) else { return nil }
    let shown = shown.joined(separator: ", ") + (listed.count > shown.count ? ", ..." : "")
    return "The service does not list a model \"\(Excerpt.of(name))\"; it lists \(shown)."
  }
}

extension HealthClient {
  /// Makes sure that somebody answers, and finds the model if none is named.
  ///
  /// - Parameter name: The model that is wanted; without it the first that the service lists is taken.
  /// - Returns: The choice. If the service lists no models, the name is taken as it is.
  /// - Throws: ``ServiceError`` that says what to check if nobody answers, or if the service asks for other
  ///   credentials.
  public func chooseModel(_ name: String?) async throws -> ModelChoice {
    let report = try await check()
    let address = service.endpoint.description
    switch report.state {
    case .unreachable:
      throw ServiceError(
        kind: .transport,
        message: "No service answers at \(address): \(report.message). Check the address and that the service runs.")
    case .unauthorized:
      throw ServiceError(
        kind: .httpStatus,
        message: "The service at \(address) refuses the credentials: \(report.message). Check the API key.",
        status: report.status)
    default: break
    }
    let listed = try await listedModels()
    let redactor = Redactor(service, over: transport)
    let shown = listed.prefix(5).map { Excerpt.of(redactor.clean($0), limit: 100) }
    return ModelChoice(name: name ?? listed.first, listed: listed, shown: shown)
  }

  /// The names of the models; none where the service lists none, in whatever way it says so.
  private func listedModels() async throws -> [String] {
    do {
      return try await models().value?.models.map(\.id) ?? []
    } catch let error as ServiceError where error.status == 401 || error.status == 403 {
      // Health probes are often open to all: the list is the first to ask for the key.
      throw ServiceError(
        kind: .httpStatus,
        message: "The service at \(service.endpoint.description) refuses the credentials for its list of models: "
          + "\(error.message). Check the API key.",
        status: error.status, underlying: error)
    } catch is ServiceError {
      return []
    }
  }
}
