public import NPUBase

/// One thing that a batch asks a service for.
public struct BatchItem: Sendable, Hashable {
  /// What is asked about.
  public enum Content: Sendable, Hashable {
    /// A line of JSON. Files that it names lie in the folder, if there is one.
    case line(JSONValue, folder: String?)
    /// A file on this machine.
    case file(path: String)
  }

  /// Its name, which no other item of the batch has.
  public var id: String
  /// What is asked about.
  public var content: Content

  /// Creates an item.
  public init(id: String, content: Content) {
    self.id = id
    self.content = content
  }
}
