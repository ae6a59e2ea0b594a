import NPUTestKit

// What the samples of the documents take as given. Nothing here is ever run.

/// The context of the checks, as the reader has made it.
var context: LLMCheckContext {
  get { fatalError("samples are compiled, not run") }
  set { fatalError("samples are compiled, not run: \(newValue)") }
}

/// What npu-smi has printed.
let output = ""

/// Another service that judges responses.
let largerModel = LargerModel()

struct LargerModel: Sendable {
  func accepts(_ response: String) async throws -> Bool { !response.isEmpty }
}
