"""Rules about vlans."""
