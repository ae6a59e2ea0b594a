/// An element of the XML that object stores write: a name, and a text or further elements.
///
/// Attributes and prefixes of names say nothing there and are passed over.
struct XMLElement: Hashable, Sendable {
  var name: String
  var text = ""
  var children: [XMLElement] = []

  /// The text of the first child of a name.
  subscript(name: String) -> String? { children.first { $0.name == name }?.text }

  /// The children of a name.
  func all(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }
}
