extension CheckSuite {
  /// The suite with some of its checks.
  ///
  /// A name that only another suite of the kit has chooses nothing here, so that one list serves several suites.
  ///
  /// - Throws: ``CheckSelection/UnknownName`` if no suite has a name of the selection: a typing error must not pass as a
  ///   run without failures.
  public func selecting(_ selection: CheckSelection) throws -> CheckSuite {
    let own = CheckNames(identifiers: checks.map(\.id), tags: tags.map(\.rawValue))
    try selection.validate(own: own, others: .ofAllSuites)
    var suite = self
    suite.checks = checks.filter { selection.contains($0.about) }
    return suite
  }
}

extension CheckNames {
  /// The names of all suites of the kit.
  static var ofAllSuites: CheckNames {
    var names = CheckNames(identifiers: [], tags: [])
    func add<Context>(_ suite: CheckSuite<Context>) {
      names.identifiers += suite.checks.map(\.id)
      names.tags += suite.tags.map(\.rawValue)
    }
    add(.health)
    add(.llm)
    add(.multimodal)
    add(.image)
    add(.transcription)
    add(.speech)
    add(.task)
    return names
  }
}
