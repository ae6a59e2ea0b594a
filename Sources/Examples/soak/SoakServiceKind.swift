import ArgumentParser

/// A kind of service that a soak can send to.
enum SoakServiceKind: String, CaseIterable, Sendable {
  case llm, image, asr, tts, tasks
}

/// What is soaked: one kind of service, or several.
enum SoakTarget: ExpressibleByArgument, Sendable, Equatable {
  case one(SoakServiceKind)
  case mixed

  init?(argument: String) {
    if argument == "mixed" {
      self = .mixed
    } else if let kind = SoakServiceKind(rawValue: argument) {
      self = .one(kind)
    } else {
      return nil
    }
  }

  static var allValueStrings: [String] { SoakServiceKind.allCases.map(\.rawValue) + ["mixed"] }

  var defaultValueDescription: String {
    switch self {
    case .one(let kind): kind.rawValue
    case .mixed: "mixed"
    }
  }
}
