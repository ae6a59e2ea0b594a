/// Reads the JSON of a task; as in the published server only the prompt and the types are looked at.
struct TaskRequestReader {
  /// A task as it was asked for.
  struct Request: Sendable, Hashable {
    var prompt: String
    var resolution: String
    var steps: Int
    var count: Int
    var seed: UInt64?

    /// How long the service says it will take, in seconds.
    var estimate: Int { max(5, min(max(0, steps), 1_000_000) * 15 / 50 * min(max(0, count), 1000)) }
  }

  let document: JSONValue
  /// Whether a prompt must be a text; any value will do otherwise.
  var needsPrompt = true

  func request() throws(Refusal) -> Request {
    guard document.members != nil else {
      throw .field("body", type: "model_attributes_type", message: "Input should be a valid dictionary")
    }
    guard let prompt = document["prompt"] ?? (needsPrompt ? nil : .string("")) else {
      throw .field("prompt", type: "missing", message: "Field required")
    }
    guard let prompt = prompt.stringValue ?? (needsPrompt ? nil : "") else {
      throw .field("prompt", type: "string_type", message: "Input should be a valid string")
    }
    return Request(
      prompt: prompt, resolution: document["resolution"]?.stringValue ?? "1024x1024",
      steps: try whole("num_inference_steps") ?? 50, count: try whole("num_images_per_prompt") ?? 1,
      seed: try whole("seed").map { UInt64(bitPattern: Int64($0)) })
  }

  private func whole(_ key: String) throws(Refusal) -> Int? {
    guard let value = document[key], !value.isNull else { return nil }
    guard let number = value.integerValue else {
      throw .field(
        key, type: "int_parsing", message: "Input should be a valid integer, unable to parse string as an integer")
    }
    return number
  }
}
