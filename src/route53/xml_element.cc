#include "route53/xml_element.h"

#include <pugixml.hpp>

#include "base/bytes.h"

namespace lifeboat::route53 {
namespace {

std::string_view LocalName(std::string_view name) {
  const size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

Status Copy(const pugi::xml_node& node, int depth, XmlElement& element) {
  if (depth > kMaxXmlDepth) return InvalidError("the XML is nested too deeply");
  element.name = LocalName(node.name());
  std::string text;
  for (const pugi::xml_node& child : node.children()) {
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) {
      text += child.value();
    } else if (child.type() == pugi::node_element) {
      element.children.emplace_back();
      if (Status status = Copy(child, depth + 1, element.children.back()); !status.ok())
        return status;
    }
  }
  const std::string_view trimmed = Trim(text);
  if (!IsUtf8(trimmed)) return InvalidError("the XML is not UTF-8");
  element.text = trimmed;
  return {};
}

}  // namespace

const XmlElement* XmlElement::Find(std::string_view child) const {
  for (const XmlElement& element : children) {
    if (element.name == child) return &element;
  }
  return nullptr;
}

std::string_view XmlElement::Get(std::string_view child) const {
  const XmlElement* element = Find(child);
  return element ? std::string_view(element->text) : std::string_view();
}

Result<XmlElement> ParseXml(std::string_view body, std::string_view root) {
  if (body.size() > kMaxBodyBytes) return InvalidError("the request body is too large");
  pugi::xml_document document;
  const pugi::xml_parse_result parsed =
      document.load_buffer(body.data(), body.size(), pugi::parse_default, pugi::encoding_utf8);
  if (!parsed) return InvalidError(parsed.description());
  XmlElement element;
  if (Status status = Copy(document.document_element(), 0, element); !status.ok())
    return status.error();
  if (element.name != root) return InvalidError("the root element is not " + std::string(root));
  return element;
}

}  // namespace lifeboat::route53
