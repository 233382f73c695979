"""A person at Tryton: does what it is told over Tryton's own client library, and tells what Tryton says.

Usage: driver.py <url> <user> <password> <database file>, where url is http://host:port/database/rpc/. Reads one JSON command a line
from standard input (`{"do": name, ...arguments}`), answers one JSON line each: `{"ok": value}` or `{"error": text}`.

The truth it tells (`dump`) is read row by row and written down here on its own, not as the connector does it, so that
the two can be compared.
"""
import base64
import datetime as dt
import json
import sqlite3
import sys
import traceback
import urllib.request
from decimal import Decimal

from proteus import Model, Wizard, config as proteus_config

TODAY = dt.date.today()


def find_one(model, *domain):
    record, = Model.get(model).find(list(domain), limit=1)
    return record


def taxes_named(name):
    return Model.get('account.tax').find([('name', '=', name)])


# What a person does


def create_party(name, **values):
    party = Model.get('party.party')(name=name, **values)
    party.save()
    return party.id


def write(model, id, values):
    """Edits a row by itself, as a form of that model does."""
    record = Model.get(model)(id)
    for name, value in values.items():
        setattr(record, name, value)
    record.save()


def set_price(product, price):
    template = Model.get('product.product')(product).template
    template.list_price = Decimal(price)
    template.save()


def delete(model, id):
    Model.get(model)(id).delete()


def add_address(party, city):
    """Adds an address through its own form, which does not touch the party."""
    address = Model.get('party.address')(party=Model.get('party.party')(party), city=city)
    address.save()
    return address.id


def create_invoice(type, party, lines, reference=None, description=None, comment=None, term=None):
    """`lines`: [{product?, description?, quantity, unit_price, tax?}]; answers the id of the draft."""
    invoice = Model.get('account.invoice')(type=type)
    invoice.party = find_one('party.party', ('name', '=', party))
    if type == 'in':
        invoice.invoice_date = TODAY
    invoice.reference = reference
    invoice.description = description
    invoice.comment = comment
    if term:
        invoice.payment_term = find_one('account.invoice.payment_term', ('name', '=', term))
    kind = 'revenue' if type == 'out' else 'expense'
    for given in lines:
        line = invoice.lines.new()
        if given.get('type'):
            line.type = given['type']
            line.description = given['description']
            continue
        if given.get('product'):
            line.product = find_one('product.product', ('template.name', '=', given['product']))
        else:
            line.account = find_one(
                'account.account', (f'type.{kind}', '=', True), ('closed', '!=', True))
            for tax in taxes_named(given['tax']) if given.get('tax') else []:
                line.taxes.append(tax)
        if given.get('description') is not None:
            line.description = given['description']
        line.quantity = given['quantity']
        line.unit_price = Decimal(given['unit_price'])
    invoice.save()
    return invoice.id


def click(model, id, button):
    Model.get(model)(id).click(button)


def pay(invoice, amount):
    wizard = Wizard('account.invoice.pay', [Model.get('account.invoice')(invoice)])
    wizard.form.payment_method = find_one('account.invoice.payment.method')
    wizard.form.amount = Decimal(amount)
    wizard.form.date = TODAY
    wizard.execute('choice')
    if wizard.state == 'ask':
        wizard.form.type = 'partial'
        wizard.execute('pay')


def credit(invoice):
    """Makes a draft credit note of a posted invoice; answers its id."""
    Invoice = Model.get('account.invoice')
    before = {i.id for i in Invoice.find([])}
    wizard = Wizard('account.invoice.credit', [Invoice(invoice)])
    wizard.form.with_refund = False
    wizard.execute('credit')
    new, = {i.id for i in Invoice.find([])} - before
    return new


def change_password(user, password):
    """Ends all sessions of the user too, ours among them."""
    record = find_one('res.user', ('login', '=', user))
    record.password = password
    record.save()


def create_move(amount, description=None):
    Period = Model.get('account.period')
    period, = Period.find([('start_date', '<=', TODAY), ('end_date', '>=', TODAY)], limit=1)
    journal = find_one('account.journal', ('type', '=', 'general'))
    move = Model.get('account.move')(
        period=period, journal=journal, date=TODAY, description=description)
    debit = move.lines.new()
    debit.account = find_one(
        'account.account', ('type.expense', '=', True), ('closed', '!=', True))
    debit.debit = Decimal(amount)
    debit.description = 'debit side'
    credit_line = move.lines.new()
    credit_line.account = find_one('account.account', ('code', '=', '1.1.1'))
    credit_line.credit = Decimal(amount)
    move.save()
    return move.id


def lines_of(invoice):
    return [line.id for line in Model.get('account.invoice')(invoice).lines]


def end_sessions():
    """Ends all sessions but our own, as their age does in the end."""
    with sqlite3.connect(database_file, timeout=10) as database:
        database.execute('DELETE FROM ir_session WHERE id > ?', (own_session,))


# What Tryton says


class Server:
    """Plain JSON-RPC: Tryton's XML-RPC cuts the fractions of seconds off."""

    def __init__(self, url, user, password):
        self.url = url
        self.authorization = None
        user_id, key = self.call('common.db.login', user, {'password': password})[:2]
        token = base64.b64encode(f'{user}:{user_id}:{key}'.encode()).decode()
        self.authorization = f'Session {token}'

    def call(self, method, *params):
        body = json.dumps({'id': 0, 'method': method, 'params': params}).encode()
        request = urllib.request.Request(self.url, body, {'Content-Type': 'application/json'})
        if self.authorization:
            request.add_header('Authorization', self.authorization)
        with urllib.request.urlopen(request) as response:
            answer = json.loads(response.read(), object_hook=decode)
        if 'error' in answer:
            raise RuntimeError(answer['error'][0])
        return answer['result']


def decode(value):
    class_ = value.pop('__class__', None)
    if class_ == 'Decimal':
        return Decimal(value['decimal'])
    if class_ == 'date':
        return dt.date(**value)
    if class_ == 'datetime':
        return dt.datetime(**value)
    return value


server = None
database_file = None
own_session = None


def context():
    return dict(proteus_config.get_config().context, active_test=False)


def read(model, domain, names):
    ids = server.call(f'model.{model}.search', domain, 0, None, [['id', 'ASC']], context())
    rows = []
    for start in range(0, len(ids), 500):
        rows += server.call(
            f'model.{model}.read', ids[start:start + 500],
            names + ['write_date', 'create_date'], context())
    return {row['id']: row for row in rows}


def plain(value):
    if isinstance(value, Decimal):
        return format(value, 'f')
    if isinstance(value, dt.datetime):
        return value.isoformat(timespec='milliseconds') + 'Z'
    if isinstance(value, dt.date):
        return value.isoformat()
    return value


def last_change(row):
    return plain(row['write_date'] or row['create_date'])


def key(id):
    return None if id is None else str(id)


def dump_contacts():
    parties = read('party.party', [], [
            'name', 'code', 'active', 'tax_identifier', 'addresses', 'contact_mechanisms'])
    addresses = read('party.address', [], [
            'active', 'street', 'city', 'postal_code', 'subdivision', 'country', 'invoice',
            'delivery'])
    mechanisms = read('party.contact_mechanism', [], ['active', 'type', 'value'])
    identifiers = read('party.identifier', [], ['code'])
    countries = read('country.country', [], ['name'])
    subdivisions = read('country.subdivision', [], ['name'])
    links = {'email': 'EMAIL', 'website': 'WEBSITE'}
    phones = {'phone': 'TELEPHONE', 'mobile': 'MOBILE', 'fax': 'FAX'}
    result = {}
    for party in parties.values():
        record = {
            'name': party['name'] or None,
            'registration_number': party['code'],
            'status': 'ACTIVE' if party['active'] else 'ARCHIVED',
            'updated_at': last_change(party),
            'addresses': [], 'external_links': [], 'phone_numbers': [],
            }
        if party['tax_identifier'] is not None:
            record['tax_number'] = identifiers[party['tax_identifier']]['code']
        for id in party['addresses']:
            address = addresses[id]
            if not address['active']:
                continue
            type_ = 'SHIPPING' if address['delivery'] else None
            record['addresses'].append({
                    'platform_id': key(id),
                    'type': 'BILLING' if address['invoice'] else type_,
                    'street': address['street'] or None,
                    'city': address['city'],
                    'pincode': address['postal_code'],
                    'state': address['subdivision'] and subdivisions[
                        address['subdivision']]['name'],
                    'country': address['country'] and countries[address['country']]['name'],
                    })
        for id in party['contact_mechanisms']:
            mechanism = mechanisms[id]
            type_, value = mechanism['type'], mechanism['value']
            if not mechanism['active']:
                continue
            if type_ in links:
                record['external_links'].append(
                    {'platform_id': key(id), 'link': value, 'type': links[type_]})
            elif type_ in phones:
                record['phone_numbers'].append(
                    {'platform_id': key(id), 'number': value, 'type': phones[type_]})
        result[key(party['id'])] = record
    return result


def read_invoices():
    return read('account.invoice', [], [
            'type', 'number', 'reference', 'description', 'comment', 'state', 'invoice_date',
            'party', 'currency', 'untaxed_amount', 'tax_amount', 'total_amount', 'amount_to_pay',
            'lines_to_pay', 'lines', 'sales', 'purchases', 'origin_invoices'])


def dump_documents(model):
    type_ = 'out' if model.startswith('INVOICE') else 'in'
    is_credit = model.endswith('_CREDIT_NOTES')
    sign = -1 if is_credit else 1
    lines = read('account.invoice.line', [], [
            'type', 'product', 'account', 'taxes', 'description', 'quantity', 'unit_price',
            'amount'])
    terms = read('account.move.line', [], ['maturity_date'])
    result = {}
    for invoice in read_invoices().values():
        if invoice['type'] != type_ or (invoice['total_amount'] < 0) != is_credit:
            continue
        total, due = invoice['total_amount'], invoice['amount_to_pay']
        status = {
            'draft': 'DRAFT', 'validated': 'SUBMITTED', 'posted': 'SUBMITTED', 'paid': 'PAID',
            'cancelled': 'VOID'}[invoice['state']]
        if invoice['state'] == 'posted' and due != total:
            status = 'PARTIALLY_PAID'
        number = invoice['number']
        if type_ == 'in':
            number = invoice['reference'] or number
        record = {
            'contact_id': key(invoice['party']),
            'currency_id': key(invoice['currency']),
            'document_number': number,
            'posted_date': plain(invoice['invoice_date']),
            'memo': invoice['comment'] or invoice['description'] or None,
            'status': status,
            'updated_at': last_change(invoice),
            'total_amount': plain(sign * total),
            'tax_amount': plain(sign * invoice['tax_amount']),
            'line_items': [],
            }
        if is_credit:
            record['remaining_credit'] = plain(sign * due)
            record['invoice_ids' if type_ == 'out' else 'bill_ids'] = [
                key(id) for id in invoice['origin_invoices']]
        else:
            record['sub_total'] = plain(invoice['untaxed_amount'])
            record['amount_due'] = plain(due)
            days = [terms[id]['maturity_date'] for id in invoice['lines_to_pay']]
            record['due_date'] = plain(max(days)) if days else None
            origins = ('sales', 'sales') if type_ == 'out' else ('purchase', 'purchases')
            record[f'{origins[0]}_order_ids'] = [
                key(id) for id in invoice[origins[1]]]
        for id in invoice['lines']:
            line = lines[id]
            if line['type'] != 'line':
                continue
            record['line_items'].append({
                    'platform_id': key(id),
                    'line_item_type': model,
                    'line_item_type_id': key(invoice['id']),
                    'item_id': key(line['product']),
                    'tax_id': key(line['taxes'][0]) if line['taxes'] else None,
                    'account_id': key(line['account']),
                    'description': line['description'] or None,
                    'quantity': sign * line['quantity'],
                    'unit_amount': plain(line['unit_price']),
                    'sub_total': plain(sign * line['amount']),
                    'total_amount': plain(sign * line['amount']),
                    'updated_at': last_change(line),
                    })
        result[key(invoice['id'])] = record
    return result


def dump_accounts():
    types = read('account.account.type', [], [
            'name', 'assets', 'revenue', 'expense', 'payable', 'debt'])
    result = {}
    for account in read('account.account', [], [
            'name', 'code', 'note', 'closed', 'balance', 'currency', 'second_currency', 'parent',
            'type']).values():
        type_ = types.get(account['type'])
        category = 'UNKNOWN'
        if type_:
            for names, value in [
                    (['payable', 'debt'], 'LIABILITY'), (['assets'], 'ASSET'),
                    (['expense'], 'EXPENSE'), (['revenue'], 'INCOME')]:
                if any(type_[name] for name in names):
                    category = value
        result[key(account['id'])] = {
            'name': account['name'],
            'nominal_code': account['code'],
            'description': account['note'] or None,
            'current_balance': plain(account['balance']),
            'status': 'ARCHIVED' if account['closed'] else 'ACTIVE',
            'category': category,
            'sub_category': type_ and type_['name'],
            'currency_id': key(account['second_currency'] or account['currency']),
            'parent_account_id': key(account['parent']),
            'updated_at': last_change(account),
            }
    return result


def dump_tax_rates():
    taxes = read('account.tax', [], ['name', 'description', 'type', 'rate', 'childs'])
    result = {}
    for tax in taxes.values():
        children = [taxes[id] for id in tax['childs']]
        rate = tax['rate'] if tax['type'] == 'percentage' else sum(
            (child['rate'] for child in children), Decimal(0))
        result[key(tax['id'])] = {
            'name': tax['name'],
            'code': tax['description'],
            'tax_type': tax['type'],
            'effective_tax_rate': plain(rate * 100),
            'total_tax_rate': plain(rate * 100),
            'components': [
                {'name': child['name'], 'rate': plain(child['rate'] * 100)} for child in children],
            'updated_at': last_change(tax),
            }
    return result


def dump_journal_entries():
    journals = read('account.journal', [], ['type'])
    companies = read('company.company', [], ['currency'])
    lines = read('account.move.line', [], [
            'move', 'account', 'party', 'debit', 'credit', 'description'])
    result = {}
    for move in read('account.move', [], [
            'number', 'date', 'description', 'journal', 'company', 'lines']).values():
        own = [lines[id] for id in move['lines']]
        result[key(move['id'])] = {
            'amount': plain(sum((line['debit'] for line in own), Decimal(0))),
            'currency_id': key(companies[move['company']]['currency']),
            'journal_entry_type': journals[move['journal']]['type'],
            'description': move['description'] or None,
            'posted_date': plain(move['date']),
            'document_number': move['number'],
            'updated_at': last_change(move),
            'journal_lines': [{
                    'platform_id': key(line['id']),
                    'journal_entry_id': key(move['id']),
                    'account_id': key(line['account']),
                    'contact_id': key(line['party']),
                    'type': 'DEBIT' if line['debit'] else 'CREDIT',
                    'description': line['description'] or None,
                    'net_amount': plain(line['debit'] or line['credit']),
                    'updated_at': last_change(line),
                    } for line in own],
            }
    return result


def dump_items():
    products = read('product.product', [], [
            'template', 'code', 'description', 'active', 'list_price_used', 'cost_price'])
    templates = read('product.template', [], [
            'name', 'type', 'consumable', 'salable', 'purchasable', 'account_category'])
    categories = read('product.category', [], [
            'account_revenue', 'account_expense', 'customer_taxes_used', 'supplier_taxes_used'])
    result = {}
    for product in products.values():
        template = templates[product['template']]
        category = categories.get(template['account_category'])

        def detail(account, taxes, price):
            taxes = category[taxes] if category else []
            return {
                'account_id': key(category and category[account]),
                'tax_id': key(taxes[0]) if taxes else None,
                'unit_price': plain(price),
                }
        type_ = {'service': 'SERVICE', 'goods': 'INVENTORY'}.get(template['type'], 'UNKNOWN')
        record = {
            'name': template['name'],
            'code': product['code'] or None,
            'description': product['description'] or None,
            'status': 'ACTIVE' if product['active'] else 'ARCHIVED',
            'type': 'NON_INVENTORY' if template['consumable'] else type_,
            'is_invoice_item': bool(template['salable']),
            'is_bill_item': bool(template['purchasable']),
            'updated_at': last_change(product),
            }
        if template['salable']:
            record['invoice_item'] = detail(
                'account_revenue', 'customer_taxes_used', product['list_price_used'])
        if template['purchasable']:
            record['bill_item'] = detail(
                'account_expense', 'supplier_taxes_used', product['cost_price'])
        result[key(product['id'])] = record
    return result


def dump_company_info():
    parties = read('party.party', [], ['name', 'code', 'tax_identifier'])
    identifiers = read('party.identifier', [], ['code'])
    codes = read('currency.currency', [], ['code'])
    result = {}
    for company in read('company.company', [], ['party', 'currency']).values():
        party = parties[company['party']]
        identifier = identifiers.get(party['tax_identifier'])
        result[key(company['id'])] = {
            'name': party['name'],
            'legal_name': party['name'],
            'tax_number': identifier and identifier['code'],
            'registration_number': party['code'],
            'base_currency': codes[company['currency']]['code'],
            'org_created_at': plain(company['create_date']),
            'updated_at': last_change(company),
            }
    return result


def dump_currencies():
    own = {row['currency'] for row in read('company.company', [], ['currency']).values()}
    return {
        key(currency['id']): {
            'name': currency['name'],
            'code': currency['code'],
            'symbol': currency['symbol'] or None,
            'is_base_currency': currency['id'] in own,
            'exchange_rate': plain(currency['rate']),
            'updated_at': last_change(currency),
            }
        for currency in read('currency.currency', [], ['name', 'code', 'symbol', 'rate']).values()}


def dump(model):
    return {
        'CONTACTS': dump_contacts,
        'ACCOUNTS': dump_accounts,
        'TAX_RATES': dump_tax_rates,
        'JOURNAL_ENTRIES': dump_journal_entries,
        'ITEMS': dump_items,
        'COMPANY_INFO': dump_company_info,
        'CURRENCIES': dump_currencies,
        }.get(model, lambda: dump_documents(model))()


COMMANDS = {f.__name__: f for f in [
        create_party, write, set_price, delete, add_address, create_invoice, click, pay, credit,
        change_password, create_move, lines_of, end_sessions, dump]}


def main(url, user, password, database):
    global server, database_file, own_session
    server = Server(url, user, password)
    database_file = database
    with sqlite3.connect(database_file, timeout=10) as connection:
        (own_session,), = connection.execute('SELECT max(id) FROM ir_session')
    # In a session of its own: a password is checked slowly on purpose, and without one at every call.
    proteus_config.set_xmlrpc(url, headers=[('Authorization', server.authorization)])
    print(json.dumps({'ok': 'ready'}), flush=True)
    for line in sys.stdin:
        command = json.loads(line)
        try:
            answer = {'ok': COMMANDS[command.pop('do')](**command)}
        except Exception as error:
            traceback.print_exc()
            answer = {'error': f'{type(error).__name__}: {error}'}
        print(json.dumps(answer), flush=True)


if __name__ == '__main__':
    main(*sys.argv[1:])
